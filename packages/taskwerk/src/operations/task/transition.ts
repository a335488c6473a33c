import { WerkError } from "@taskwerk/contract/errors";
import type { TransitionTask } from "@taskwerk/contract/transition";
import { isClosed, parseStatus } from "../../core/moves.ts";
import { checkEvidence, checkNoteText } from "../../core/proof.ts";
import { findTask } from "../../store/find-task.ts";
import type { Op } from "../../store/op.ts";
import { change } from "../change.ts";
import type { OperationContext, OperationOf } from "../operation.ts";
import { taskWrite } from "../task-write.ts";
import { move } from "./move.ts";

/** Moves tasks to another status, all or none. Those that have it already come back under `unchanged`. */
export const transitionTask: OperationOf<"task.transition"> = {
  input: () => import("@taskwerk/contract/transition").then((m) => m.TransitionTask),
  run: (context, input) =>
    change(context, "task.transition", input, async (op) => {
      const { ids, next, ...wish } = input;
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
      const data = await taskWrite(op, changed, unchanged);
      return { data: next === undefined ? data : { ...data, next: await claimNext(op, context, next) } };
    }),
};

async function claimNext(op: Op, context: OperationContext, wish: NonNullable<TransitionTask["next"]>) {
  const { claimNextReady } = await import("../claim/claim-next.ts");
  return claimNextReady(op, context, wish);
}

const onlyWith = (field: string, to: string): WerkError =>
  new WerkError("VALIDATION_FAILED", `${field} goes only with a move to ${to}.`, { field });
