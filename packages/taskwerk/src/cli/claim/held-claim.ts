import { WerkError } from "@taskwerk/contract/errors";
import type { App } from "../app.ts";
import { claimTokenOf } from "../claim-token.ts";

/**
 * The token of the claim that is held on a task. Throws CLAIM_REQUIRED without one, CLAIM_LOST for a token of another
 * task, so that nobody gives back what he did not name.
 */
export async function heldClaim(app: App, id: string, flag: string | undefined): Promise<string> {
  const token = claimTokenOf(app, flag);
  if (token === undefined) {
    throw new WerkError("CLAIM_REQUIRED", `the token of the claim on ${id} is needed.`, {
      hint: "Give it:  --claim TOKEN, or TASKWERK_CLAIM in the environment",
      field: "claim",
    });
  }
  const { data } = await app.call("task.show", { id });
  if (token.startsWith(`${data.uid}.`)) return token;
  throw new WerkError("CLAIM_LOST", `this token is not of a claim on ${data.id}.`, { field: "claim", given: token });
}
