import { checkFields } from "@taskwerk/terminal/fields";
import { printSuccess, type View } from "@taskwerk/terminal/print-success";
import { type Neighbour, neighboursOf } from "../../core/task-parts.ts";
import { taskId, taskIds, taskIdsOrBranch } from "../task-ids.ts";
import { type Verb, wordOf, wordsOf } from "../verb.ts";
import { writeView } from "./write-view.ts";

const editVerb = (key: "add" | "remove", on: string): Verb<unknown> => ({
  build: (command) => command.argument("<id>", "the task that waits").argument("<on...>", on),
  async run(app, [id, on]) {
    const others = await taskIds(app, wordsOf(on));
    await app.perform("task.deps", { id: await taskId(app, wordOf(id)), [key]: others }, EDITED);
  },
});

/** `dep add A B`: A depends on B, and waits until B is done. */
export const depAddVerb = editVerb("add", "what it waits for");
/** `dep rm A B`: A waits for B no longer. */
export const depRmVerb = editVerb("remove", "what it need not wait for");

const EDITED = writeView((task) => [
  task.id,
  task.depends_on.length === 0 ? "  waits for nothing" : `  waits for ${task.depends_on.join(", ")}`,
]);

/** `dep list ID`: both directions. */
export const depListVerb: Verb<unknown> = {
  build: (command) => command.argument("[id]", "the task; else what the git branch names"),
  async run(app, [word]) {
    if (app.output.fields) checkFields(app.output.fields, NEIGHBOURS.known);
    const [id = ""] = await taskIdsOrBranch(app, wordsOf(word));
    const shown = await app.call("task.show", { id });
    printSuccess(app.output, { ...shown, kind: "dep.list", data: neighboursOf(shown.data) }, NEIGHBOURS);
  },
};

const NEIGHBOURS: View<readonly Neighbour[]> = {
  fields: ["task", "direction", "id"],
  known: ["task", "direction", "id"],
  items: (rows) => rows.map((row) => ({ ...row })),
  screen(output, { data }) {
    if (data.length === 0) output.line("No dependencies.");
    for (const { task, direction, id } of data) {
      output.line(task, direction === "depends_on" ? "  waits for  " : "  is waited for by  ", id);
    }
  },
};
