import { checkFields } from "@taskwerk/terminal/fields";
import { printSuccess } from "@taskwerk/terminal/print-success";
import { taskIdsOrBranch } from "../task-ids.ts";
import { type Verb, wordsOf } from "../verb.ts";
import { SHOWN_FIELDS, showManyView, showView } from "./show-view.ts";

/** `show ID...`: one task whole; several as a list. */
export const showVerb: Verb<unknown> = {
  build: (command) =>
    command.argument("[ids...]", "12, TASK-012, 3..7, @last, - for stdin; else what the git branch names"),
  async run(app, [words]) {
    const ids = await taskIdsOrBranch(app, wordsOf(words));
    if (app.output.fields) checkFields(app.output.fields, SHOWN_FIELDS);
    const shown = [];
    for (const id of ids) shown.push(await app.call("task.show", { id }));
    const [first] = shown;
    if (shown.length === 1 && first) printSuccess(app.output, first, showView);
    else if (first) {
      const warnings = shown.flatMap((one) => one.warnings);
      printSuccess(app.output, { ...first, warnings, data: shown.map(({ data }) => data) }, showManyView);
    }
  },
};
