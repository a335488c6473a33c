import { WerkError } from "@taskwerk/contract/errors";
import { shellWord } from "@taskwerk/contract/shell-word";
import type { View } from "@taskwerk/terminal/print-success";
import type { AccountPause, RunState } from "../../model/state.ts";
import { takeUp } from "../../report/go-on.ts";
import type { App } from "../app.ts";
import { nextLines } from "../next-lines.ts";
import type { Verb } from "../verb.ts";
import { wordOf } from "../verb.ts";
import { type Aside, asideView, claimOfPause, taskNamed, tasksFor } from "./pause.ts";

/** `continue TASK`: what was put aside may be begun again. `continue --account`: so may an account that its provider has paused. */
export const continueVerb: Verb<{ readonly account?: string | true }> = {
  build: (command) =>
    command
      .argument("[task]", "e.g. TASK-001")
      .option("--account [name]", "an account that its provider has paused: it takes requests again"),
  async run(app, [named], { account }) {
    if (account !== undefined) {
      if (wordOf(named) !== "")
        throw new WerkError("USAGE", "a task and an account are continued one by one", {
          hint: `conductor continue ${wordOf(named)}\nconductor continue --account`,
          field: "account",
        });
      const lifted = await continueAccount(app, account === true ? null : account);
      app.show<AccountLifted>("account.continue", lifted, liftedView(await nextIn(app, lifted)));
      return undefined;
    }
    const { driven, ...aside } = await continueTask(app, wordOf(named));
    const next = await nextIn(app, { driven, task: aside.task });
    app.show<Aside>(
      "task.continue",
      aside,
      asideView(() => [continuedWords(aside.task, driven), next]),
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
  // Last, so that a run for which this is all that is left never sees it neither put aside nor ready, and ends. Who is cut off
  // before it says `continue` again.
  await journal.appendIf((state) =>
    state.paused.has(task.id) ? [{ type: "task.continued", task: task.id, by: app.actor }] : [],
  );
  const driven = (await journal.currentDriver()) !== null;
  const { status } = await tasks.show(task.id);
  return { task: task.id, title: task.title, status, settled: true, driven };
}

interface AccountLifted {
  readonly account: string;
  /** Until when it was to be paused. */
  readonly until: string;
  readonly by: string;
  /** Somebody is there who asks it again. */
  readonly driven: boolean;
}

/** Ends the pause of an account, the one that is paused where none is named. Throws INVALID_TRANSITION, USAGE. */
async function continueAccount(app: App, name: string | null): Promise<AccountLifted> {
  const journal = await app.journal();
  const now = app.world.now().getTime();
  const pausedIn = ({ accounts }: RunState): readonly (readonly [string, AccountPause])[] =>
    [...accounts].filter(([, { until }]) => Date.parse(until) > now);
  const paused = pausedIn(await journal.state());
  const found = paused.filter(([account]) => account === (name ?? account));
  const all = paused.map(([account]) => account);
  const quotedNames = all.map((one) => `conductor continue --account ${shellWord(one)}`).join("\n");
  if (found.length > 1)
    throw new WerkError("USAGE", `which account? ${all.length} are paused.`, {
      hint: quotedNames,
      field: "account",
      candidates: all,
    });
  const [only] = found;
  if (only === undefined)
    throw new WerkError(
      "INVALID_TRANSITION",
      name === null || all.length === 0 ? "no account is paused by its provider" : `the account ${name} is not paused`,
      { hint: all.length === 0 ? "How it stands:  conductor status" : quotedNames, candidates: all },
    );
  const [account, { until }] = only;
  // That one and no other, whatever else has been paused meanwhile.
  await journal.appendIf((state) =>
    pausedIn(state)
      .filter(([one]) => one === account)
      .map(([, { session }]) => ({ type: "account.continued", session, account, by: app.actor })),
  );
  return { account, until, by: app.actor, driven: (await journal.currentDriver()) !== null };
}

const liftedView = (next: readonly string[]): View<AccountLifted> => ({
  fields: ["account", "until", "by"],
  known: ["account", "until", "by", "driven"],
  items: (data) => [{ ...data, id: data.account }],
  piped: "screen",
  screen(output, { data: { account, driven } }) {
    output.line(
      driven
        ? `${account} is asked again now; if it still refuses, it is paused anew.`
        : `${account} is not paused any more; nothing runs at the moment.`,
    );
    if (output.isTTY) for (const line of nextLines(next, output)) output.line(line);
  },
});

/** What came of it. */
export const continuedWords = (task: string, driven: boolean): string =>
  driven ? `${task} goes on in its turn.` : `${task} may be begun again; nothing runs at the moment.`;

/** What to type next. */
const nextIn = async (
  app: App,
  { driven, task }: { readonly driven: boolean; readonly task?: string },
): Promise<readonly string[]> =>
  driven ? ["conductor status"] : takeUp(await (await app.journal()).state(), task === undefined ? [] : [task]);
