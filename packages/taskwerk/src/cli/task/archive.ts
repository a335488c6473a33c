import { taskIds } from "../task-ids.ts";
import { type Verb, wordsOf } from "../verb.ts";
import { writeView } from "./write-view.ts";

/** `archive ID...`: what is closed goes out of the lists, with all below it. */
export const archiveVerb: Verb<unknown> = {
  build: (command) => command.argument("<ids...>", "12, TASK-012, 3..7, 1,2,3, @last, or - for stdin"),
  async run(app, [words]) {
    await app.perform("task.archive", { ids: await taskIds(app, wordsOf(words)) }, ARCHIVED);
  },
};

const ARCHIVED = writeView((task) => [task.id, "  archived  ", task.title], "undo");
