import { secondsOf } from "@taskwerk/terminal/command/length-of-time";
import { type Verb, wordsOf } from "../verb.ts";
import { claimView } from "./claim-view.ts";
import { heldClaim } from "./held-claim.ts";

/** `heartbeat ID --claim TOKEN`: the lease begins anew. */
export const heartbeatVerb: Verb<{ readonly claim?: string; readonly lease?: string }> = {
  build: (command) =>
    command
      .argument("[id]", "the claimed task; else what the git branch names")
      .option("--claim <token>", "the claim you hold (or TASKWERK_CLAIM)")
      .option("--lease <time>", "how long from now (15m)"),
  async run(app, [id], { claim, lease }) {
    const token = await heldClaim(app, "heartbeat", wordsOf(id), claim);
    const input = { token, ...(lease === undefined ? {} : { lease_s: secondsOf(lease, "--lease") }) };
    await app.perform("claim.heartbeat", input, claimView("still claimed"));
  },
};
