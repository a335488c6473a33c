import { taskIds } from "../task-ids.ts";
import { type Verb, wordsOf } from "../verb.ts";
import { statusWord } from "./status-word.ts";
import { writeView } from "./write-view.ts";

/** `restore ID...`: what was deleted or archived comes back, with what went together with it. */
export const restoreVerb: Verb<unknown> = {
  build: (command) => command.argument("<ids...>", "12, TASK-012, 3..7, 1,2,3, @last, or - for stdin"),
  async run(app, [words]) {
    await app.perform("task.restore", { ids: await taskIds(app, wordsOf(words)) }, RESTORED);
  },
};

const RESTORED = writeView((task) => [task.id, "  restored  ", statusWord(task), "  ", task.title], "undo");
