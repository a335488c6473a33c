import { WerkError } from "@taskwerk/contract/errors";
import type { Task } from "@taskwerk/contract/task";
import { timeLeft } from "../../core/time-left.ts";
import type { App } from "../app.ts";
import { claimTokenOf } from "../claim-token.ts";
import { taskIdsOrBranch } from "../task-ids.ts";

/**
 * The token of the claim that is held on a task. Throws TASK_NOT_FOUND, CLAIM_REQUIRED without a token or where nobody
 * holds the task, CLAIM_LOST for a token of another task, so that nobody gives back what he did not name.
 */
export async function heldClaim(
  app: App,
  verb: string,
  words: readonly string[],
  flag: string | undefined,
): Promise<string> {
  const token = claimTokenOf(app, flag);
  const [id = ""] = await taskIdsOrBranch(app, words);
  const { data } = await app.call("task.show", { id });
  if (token === undefined) throw claimRequired(app, verb, data);
  if (token.startsWith(`${data.uid}.`)) return token;
  throw new WerkError("CLAIM_LOST", `this token is not of a claim on ${data.id}.`, {
    hint: `Who has it:  taskwerk show ${data.id}     All claims:  taskwerk claims`,
    field: "claim",
    given: token,
  });
}

function claimRequired(app: App, verb: string, { id, claim }: Task): WerkError {
  if (claim === null) {
    return new WerkError("CLAIM_REQUIRED", `nobody holds ${id}.`, {
      hint: `Take it:  taskwerk claim ${id}`,
      field: "id",
    });
  }
  return new WerkError(
    "CLAIM_REQUIRED",
    `${id} is claimed by ${claim.by}, for ${timeLeft(app.output.now(), claim.lease_until)} more.`,
    {
      hint: `With the token that claim printed:  taskwerk ${verb} ${id} --claim TOKEN`,
      field: "claim",
      details: { id, by: claim.by, lease_until: claim.lease_until },
    },
  );
}
