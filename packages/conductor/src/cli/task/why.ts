import { WerkError } from "@taskwerk/contract/errors";
import type { View } from "@taskwerk/terminal/print-success";
import { emptyState } from "../../model/state.ts";
import { type Why, whyOf } from "../../report/why.ts";
import { whyText } from "../../report/why-text.ts";
import type { App } from "../app.ts";
import { tasksOf } from "../facts.ts";
import { layoutOf } from "../lines-view.ts";
import { nextLines } from "../next-lines.ts";
import { stateSeen } from "../state-seen.ts";
import { hasJournalAt } from "../system/has-journal.ts";
import { taskInRun } from "../task-in-run.ts";
import { type Verb, wordOf } from "../verb.ts";
import { knownTask } from "./known-task.ts";

/** `why TASK`: why it is not landed, and what to type next. */
export const whyVerb: Verb<unknown> = {
  build: (command) => command.argument("<task>", "e.g. TASK-001"),
  async run(app, [word]) {
    const now = app.world.now().toISOString();
    app.show<Why>("why", await whyNow(app, wordOf(word), now), viewAt(now));
    return undefined;
  },
};

async function whyNow(app: App, word: string, now: string): Promise<Why> {
  const tasks = await tasksOf(app);
  // Where there is neither, the journal says so.
  const journal = hasJournalAt(app.root) || tasks === null ? await app.journal() : null;
  const state = journal === null ? emptyState() : await stateSeen(app);
  const driven = ((await journal?.currentDriver()) ?? null) !== null;
  // Without taskwerk only what the journal knows can be said.
  const id = tasks === null ? taskInRun(state, word) : (await knownTask(app, word)).task.id;
  const group = tasks?.find((one) => one.id === id && one.children.length > 0);
  if (group !== undefined)
    throw new WerkError("USAGE", `${id} is a group: its tasks are worked on, each by itself`, {
      given: word,
      hint: group.children
        .slice(0, 3)
        .map((child) => `conductor why ${child}`)
        .join("\n"),
    });
  const why = whyOf(state, id, { now, tasks, driven });
  if (why !== null) return why;
  throw new WerkError("TASK_NOT_FOUND", `there is no task ${word}`, {
    given: word,
    hint: "What there is:  conductor status",
  });
}

const viewAt = (now: string): View<Why> => ({
  fields: ["task", "state", "reason"],
  known: [
    "task",
    "title",
    "state",
    "stage",
    "attempts",
    "tries",
    "reason",
    "landed",
    "blocker",
    "cards",
    "after",
    "held",
    "loops",
    "failures",
    "behind",
    "hints",
    "next",
  ],
  items: (why) => [{ ...why, id: why.task }],
  piped: "screen",
  screen(output, { data }) {
    for (const line of whyText(data, now, layoutOf(output))) output.line(line);
    output.line();
    // Into a pipe as well: what to type is part of the answer, as it is in `--json`.
    for (const line of nextLines(data.next, output)) output.line(line);
  },
});
