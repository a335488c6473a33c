import { WerkError } from "@taskwerk/contract/errors";
import { isClosed, parseStatus } from "../../core/moves.ts";
import { checkEvidence, checkNoteText } from "../../core/proof.ts";
import { findTask } from "../../store/find-task.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";
import { taskWrite } from "../task-write.ts";
import { move } from "./move.ts";

/** Moves tasks to another status, all or none. Those that have it already come back under `unchanged`. */
export const transitionTask: OperationOf<"task.transition"> = {
  input: () => import("@taskwerk/contract/task").then((m) => m.TransitionTask),
  run: (context, input) =>
    change(context, "task.transition", input, async (op) => {
      const { ids, ...wish } = input;
      const to = parseStatus(wish.to);
      if (wish.satisfy && to !== "cancelled") throw onlyWith("satisfy", "cancelled");
      if (wish.cascade && !isClosed(to)) throw onlyWith("cascade", "done or cancelled");
      checkNoteText("reason", wish.reason);
      checkNoteText("note", wish.note);
      checkEvidence(wish.evidence);
      const [changed, unchanged]: [Set<number>, Set<number>] = [new Set(), new Set()];
      for (const id of ids) {
        const row = await findTask(op.tx, op.prefix, id);
        const moved = await move(op, row, { ...wish, to });
        if (!changed.has(row.seq)) (moved ? changed : unchanged).add(row.seq);
      }
      return { data: await taskWrite(op, changed, unchanged) };
    }),
};

const onlyWith = (field: string, to: string): WerkError =>
  new WerkError("VALIDATION_FAILED", `${field} goes only with a move to ${to}.`, { field });
