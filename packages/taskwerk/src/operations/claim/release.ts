import { checkNoteText } from "../../core/proof.ts";
import { changeTask } from "../../store/change-task.ts";
import { claimOver } from "../../store/claim-words.ts";
import { taskOfToken } from "../../store/claims.ts";
import { moveTask, NO_CLAIM } from "../../store/move-task.ts";
import { emit } from "../../store/op.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";
import { taskWrite } from "../task-write.ts";

/** Gives a task back: what is in progress becomes todo. Throws CLAIM_LOST. */
export const releaseClaim: OperationOf<"claim.release"> = {
  input: () => import("@taskwerk/contract/claim").then((m) => m.ReleaseClaim),
  run: (context, input) =>
    change(context, "claim.release", input, async (op) => {
      const { token, reason = null } = input;
      checkNoteText("reason", reason);
      const row = await taskOfToken(op.tx, token);
      if (row.status === "in-progress") await moveTask(op, row, { to: "todo", reason });
      else await changeTask(op, row, NO_CLAIM);
      emit(op, "task.claim_released", row.id, claimOver(row, reason === null ? {} : { reason }));
      return { data: await taskWrite(op, [row.seq]) };
    }),
};
