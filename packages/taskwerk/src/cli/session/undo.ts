import { claimTokenOf } from "../claim-token.ts";
import { undoView } from "../op/undo-view.ts";
import { type Verb, wordOf } from "../verb.ts";

/** `session undo NAME`: all that it changed goes back, or nothing. */
export const sessionUndoVerb: Verb<{ readonly dryRun?: boolean; readonly claim?: string }> = {
  build: (command) =>
    command
      .argument("<name>", "the session")
      .option("--dry-run", "say what would go back to what, change nothing")
      .option("--claim <token>", "the claim you hold (or TASKWERK_CLAIM)"),
  async run(app, [name], { dryRun, claim }) {
    const token = claimTokenOf(app, claim);
    const input = {
      session: wordOf(name),
      ...(dryRun ? { dry_run: true } : {}),
      ...(token === undefined ? {} : { claim: token }),
    };
    await app.perform("session.undo", input, undoView);
  },
};
