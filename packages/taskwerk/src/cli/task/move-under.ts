import { WerkError } from "@taskwerk/contract/errors";
import { taskId, taskIds } from "../task-ids.ts";
import { type Verb, wordsOf } from "../verb.ts";
import { writeView } from "./write-view.ts";

/** `move ID… --parent ID|none`: with all that lies below; ids stay. */
export const moveUnderVerb: Verb<{ readonly parent?: string }> = {
  build: (command) =>
    command
      .argument("<ids...>", "12, TASK-012, 3..7, 1,2,3, @last, - for stdin")
      .option("--parent <id>", "what they become a part of, or none"),
  async run(app, [words], { parent }) {
    if (parent === undefined) {
      throw new WerkError("USAGE", "where to is missing: --parent ID, or --parent none.", {
        hint: "For example:  taskwerk move 3 --parent 1",
        field: "parent",
      });
    }
    const ids = await taskIds(app, wordsOf(words));
    await app.perform("task.move", { ids, parent: parent === "none" ? null : await taskId(app, parent) }, MOVED);
  },
};

const MOVED = writeView((task) => [
  task.id,
  task.parent === null ? "  is at the top now" : `  is a part of ${task.parent} now`,
  "  ",
  task.title,
]);
