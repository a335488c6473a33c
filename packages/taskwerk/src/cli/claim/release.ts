import { statusWord } from "../task/status-word.ts";
import { writeView } from "../task/write-view.ts";
import { type Verb, wordsOf } from "../verb.ts";
import { heldClaim } from "./held-claim.ts";

/** `release ID --claim TOKEN`: others may take it. */
export const releaseVerb: Verb<{ readonly claim?: string; readonly reason?: string }> = {
  build: (command) =>
    command
      .argument("[id]", "the claimed task; else what the git branch names")
      .option("--claim <token>", "the claim you hold (or TASKWERK_CLAIM)")
      .option("--reason <text>", "why"),
  async run(app, [id], { claim, reason }) {
    const token = await heldClaim(app, "release", wordsOf(id), claim);
    await app.perform("claim.release", { token, ...(reason === undefined ? {} : { reason }) }, RELEASED);
  },
};

const RELEASED = writeView((task) => [task.id, "  released  ", statusWord(task), "  ", task.title]);
