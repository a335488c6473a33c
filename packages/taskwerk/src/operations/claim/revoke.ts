import { WerkError } from "@taskwerk/contract/errors";
import { checkNoteText } from "../../core/proof.ts";
import { isClaimed } from "../../store/claims.ts";
import { endClaim } from "../../store/end-claim.ts";
import { findTask } from "../../store/find-task.ts";
import { moveTask } from "../../store/move-task.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";
import { taskWrite } from "../task-write.ts";

/** Ends somebody's live claim without its token: what is in progress becomes todo. Throws CLAIM_REQUIRED where none lives. */
export const revokeClaim: OperationOf<"claim.revoke"> = {
  input: () => import("@taskwerk/contract/claim").then((m) => m.RevokeClaim),
  run: (context, input) =>
    change(context, "claim.revoke", input, async (op) => {
      const { id, reason = null } = input;
      checkNoteText("reason", reason);
      const row = await findTask(op.tx, op.prefix, id);
      if (!isClaimed(row, op.at)) {
        throw new WerkError("CLAIM_REQUIRED", `nobody holds ${row.id}.`, {
          hint: `Take it:  taskwerk claim ${row.id}`,
          field: "id",
        });
      }
      const free = await endClaim(op, row, reason);
      if (free.status === "in-progress") await moveTask(op, free, { to: "todo", reason });
      return { data: await taskWrite(op, [row.seq]) };
    }),
};
