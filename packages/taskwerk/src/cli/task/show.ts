import { checkFields } from "@taskwerk/terminal/fields";
import { wantsScreen } from "@taskwerk/terminal/output";
import { printSuccess } from "@taskwerk/terminal/print-success";
import type { App } from "../app.ts";
import { taskIdsOrBranch } from "../task-ids.ts";
import { type Verb, wordsOf } from "../verb.ts";
import { neighboursOf } from "./neighbours.ts";
import { SHOWN_FIELDS, showManyView, showView } from "./show-view.ts";

/** `show ID...`: one task whole; several as a list. With --history what ever changed of it. */
export const showVerb: Verb<{ readonly history?: boolean }> = {
  build: (command) =>
    command
      .argument("[ids...]", "12, TASK-012, 3..7, @last, - for stdin; else what the git branch names")
      .option("--history", "every field that changed, what it was and what it became"),
  async run(app, [words], { history }) {
    const ids = await taskIdsOrBranch(app, wordsOf(words));
    if (history) return showHistory(app, ids);
    if (app.output.fields) checkFields(app.output.fields, SHOWN_FIELDS);
    const shown = [];
    for (const id of ids) shown.push(await app.call("task.show", { id }));
    const [first] = shown;
    const tasks = shown.map(({ data }) => data);
    const neighbours = isPage(app) ? await neighboursOf(app, tasks) : new Map();
    if (shown.length === 1 && first) printSuccess(app.output, first, showView(neighbours));
    else if (first) {
      const warnings = shown.flatMap((one) => one.warnings);
      printSuccess(app.output, { ...first, warnings, data: tasks }, showManyView(neighbours));
    }
    return undefined;
  },
};

/** True where words are printed, not values: only there somebody reads titles. */
const isPage = ({ output }: App): boolean =>
  !output.quiet && output.fields === undefined && (output.format === "auto" || wantsScreen(output));

/** Of several tasks it is one list after the other. */
async function showHistory(app: App, ids: readonly string[]): Promise<undefined> {
  const { historyView } = await import("./history-view.ts");
  if (app.output.fields) checkFields(app.output.fields, historyView.known);
  const shown = [];
  for (const id of ids) shown.push(await app.call("task.history", { id }));
  const [first] = shown;
  if (first) printSuccess(app.output, { ...first, data: shown.flatMap(({ data }) => data) }, historyView);
}
