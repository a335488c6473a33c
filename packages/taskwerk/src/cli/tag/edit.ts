import { WerkError } from "@taskwerk/contract/errors";
import { updateView } from "../task/update-view.ts";
import { taskIds } from "../task-ids.ts";
import { type Verb, wordOf, wordsOf } from "../verb.ts";

const editVerb = (key: "tags_add" | "tags_remove", what: string): Verb<unknown> => ({
  build: (command) => command.argument("<ids>", "12, TASK-012, 3..7, 1,2,3, @last").argument("<tag...>", what),
  async run(app, [ids, words]) {
    const tags = wordsOf(words).flatMap((word) => word.split(",").filter((tag) => tag !== ""));
    if (tags.length === 0)
      throw new WerkError("USAGE", "the tag is empty.", {
        hint: "Tags that there are:  taskwerk tag list",
        field: "tag",
      });
    const input = { ids: await taskIds(app, [wordOf(ids)]), [key]: tags };
    await app.perform("task.update", input, updateView(false));
  },
});

/** `tag add IDS TAG…` */
export const tagAddVerb = editVerb("tags_add", "what they get");
/** `tag rm IDS TAG…` */
export const tagRmVerb = editVerb("tags_remove", "what they lose");
