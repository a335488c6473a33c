import { claimTokenOf } from "../claim-token.ts";
import { taskIds } from "../task-ids.ts";
import { type Verb, wordsOf } from "../verb.ts";
import { writeView } from "./write-view.ts";

/** `delete ID...`: out of sight; `restore` or `undo` bring them back. */
export const deleteVerb: Verb<{ readonly cascade?: boolean; readonly claim?: string }> = {
  build: (command) =>
    command
      .argument("<ids...>", "12, TASK-012, 3..7, 1,2,3, @last, or - for stdin")
      .option("--cascade", "with all that is below them")
      .option("--claim <token>", "the claim you hold (or TASKWERK_CLAIM)"),
  async run(app, [words], { cascade, claim }) {
    const ids = await taskIds(app, wordsOf(words));
    const token = claimTokenOf(app, claim);
    const input = { ids, ...(cascade ? { cascade } : {}), ...(token === undefined ? {} : { claim: token }) };
    await app.perform("task.delete", input, DELETED);
  },
};

const DELETED = writeView((task) => [task.id, "  deleted  ", task.title], "undo");
