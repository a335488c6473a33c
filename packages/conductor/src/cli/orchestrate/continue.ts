import { WerkError } from "@taskwerk/contract/errors";
import type { App } from "../app.ts";
import type { Verb } from "../verb.ts";
import { wordOf } from "../verb.ts";
import { type Aside, asideView, claimOfPause, taskNamed, tasksFor } from "./pause.ts";

/** `continue TASK`: what was put aside may be begun again. */
export const continueVerb: Verb<Record<string, never>> = {
  build: (command) => command.argument("[task]", "e.g. TASK-001"),
  async run(app, [named]) {
    const { driven, ...aside } = await continueTask(app, wordOf(named));
    app.show<Aside>(
      "task.continue",
      aside,
      asideView(() => continuedWords(aside.task, driven)),
    );
    return undefined;
  },
};

/** Lets what was put aside be begun again. `driven`: somebody is there who does. Throws TASK_NOT_FOUND, INVALID_TRANSITION. */
export async function continueTask(app: App, word: string): Promise<Aside & { readonly driven: boolean }> {
  const tasks = await tasksFor(app);
  const task = await taskNamed(tasks, word, "continue");
  const journal = await app.journal(true);
  const aside = (await journal.state()).paused.has(task.id);
  const held = claimOfPause(app, task);
  if (!aside && held === null && task.status !== "paused")
    throw new WerkError("INVALID_TRANSITION", `${task.id} is not put aside: it is ${task.status}`, {
      given: task.id,
      // A blocked one may wait for an answer, which alone frees it.
      hint: `What it waits for:  conductor why ${task.id}`,
    });
  await journal.appendIf((state) =>
    state.paused.has(task.id) ? [{ type: "task.continued", task: task.id, by: app.actor }] : [],
  );
  // A pause that was cut off in between has it still.
  if (held !== null)
    await tasks.release(held, `continued by ${app.actor}`, `continue:${task.id}:${app.world.newId()}:release`);
  if (task.status === "paused")
    await tasks.move(
      task.id,
      "todo",
      { reason: `continued by ${app.actor}` },
      `continue:${task.id}:${app.world.newId()}`,
    );
  const driven = (await journal.currentDriver()) !== null;
  const { status } = await tasks.show(task.id);
  return { task: task.id, title: task.title, status, settled: true, driven };
}

/** What came of it, and what to type next. */
export const continuedWords = (task: string, driven: boolean): readonly [string, string] =>
  driven
    ? [`${task} goes on in its turn.`, "conductor status"]
    : [`${task} may be begun again; nothing runs at the moment.`, "conductor resume"];
