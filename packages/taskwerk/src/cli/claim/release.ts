import { statusWord } from "../task/status-word.ts";
import { writeView } from "../task/write-view.ts";
import { taskIds } from "../task-ids.ts";
import { type Verb, wordsOf } from "../verb.ts";
import { heldClaim } from "./held-claim.ts";

/** `release ID --claim TOKEN`: others may take it. What is forced must be named. */
export const releaseVerb: Verb<{ readonly claim?: string; readonly reason?: string; readonly force?: boolean }> = {
  build: (command) =>
    command
      .argument("[id]", "the claimed task; else what the git branch names")
      .option("--claim <token>", "the claim you hold (or TASKWERK_CLAIM)")
      .option("--reason <text>", "why")
      .option("--force", "somebody else's, without its token; the log says who did it"),
  async run(app, [id], { claim, reason, force }) {
    if (force) {
      const [task = ""] = await taskIds(app, wordsOf(id));
      await app.perform("claim.revoke", { id: task, ...(reason === undefined ? {} : { reason }) }, RELEASED);
      return;
    }
    const token = await heldClaim(app, "release", wordsOf(id), claim);
    await app.perform("claim.release", { token, ...(reason === undefined ? {} : { reason }) }, RELEASED);
  },
};

const RELEASED = writeView((task) => [task.id, "  released  ", statusWord(task), "  ", task.title]);
