import { claimTokenOf } from "@taskwerk/contract/claim-token";
import { WerkError } from "@taskwerk/contract/errors";
import { CATEGORY_OF } from "@taskwerk/contract/status";
import type { Task } from "@taskwerk/contract/task";
import type { Journal } from "../../journal/journal.ts";
import { attemptsOf } from "../../model/state.ts";
import { unlessGone } from "../../run/claim-gone.ts";
import { makeFailpoint } from "../../run/failpoint.ts";
import { makeTasks, type Tasks } from "../../tasks/tasks.ts";
import type { App } from "../app.ts";
import { nextLines } from "../next-lines.ts";
import { type Verb, wordOf } from "../verb.ts";

export interface Aside {
  readonly task: string;
  readonly title: string;
  /** In taskwerk, now. */
  readonly status: Task["status"];
  /** False while its agent has not put it down yet. */
  readonly settled: boolean;
}

/** `pause TASK`: a person puts one task aside; what works on it ends its turn, and nobody begins it before `continue`. */
export const pauseVerb: Verb<{ readonly reason?: string }> = {
  build: (command) =>
    command.argument("[task]", "e.g. TASK-001").option("--reason <text>", "why, for whoever looks at it"),
  async run(app, [named], { reason = null }) {
    const aside = await pauseTask(app, wordOf(named), reason);
    app.show<Aside>("task.pause", aside, asideView(pausedWords));
    return undefined;
  },
};

/** Puts a task aside, and waits until its agent has ended its turn, a minute at most. Throws TASK_NOT_FOUND, INVALID_TRANSITION. */
export async function pauseTask(app: App, word: string, reason: string | null): Promise<Aside> {
  const tasks = await tasksFor(app);
  const task = await taskNamed(tasks, word, "pause");
  if (CATEGORY_OF[task.status] === "closed")
    throw new WerkError("INVALID_TRANSITION", `${task.id} is ${task.status}: there is nothing to put aside`, {
      given: task.id,
    });
  if (task.children.length > 0)
    throw new WerkError("INVALID_TRANSITION", `${task.id} is a group: no agent works on it, but on its parts`, {
      given: task.id,
      hint: `Put aside what is under it:  conductor pause ${task.children[0]}`,
    });
  const journal = await app.journal(true);
  await journal.appendIf((state) =>
    state.paused.has(task.id) ? [] : [{ type: "task.paused", task: task.id, reason, by: app.actor }],
  );
  const settled = await putDown(journal, tasks, task.id);
  // Somebody may have continued it while its agent ended its turn.
  if (settled && (await journal.state()).paused.has(task.id)) await setPaused(app, tasks, task.id, reason);
  const { status } = await tasks.show(task.id);
  return { task: task.id, title: task.title, status, settled };
}

/** What came of it, and what to type next. */
export const pausedWords = ({ task, settled }: Aside): readonly [string, readonly string[]] =>
  settled
    ? [`${task} is put aside; what was done is kept, and the others go on.`, [`conductor continue ${task}`]]
    : [`${task} is to be put aside; its agent has not ended its turn yet.`, ["conductor status"]];

export const asideView = (words: (data: Aside) => readonly [string, readonly string[]]) => ({
  fields: ["task", "status", "settled"],
  known: ["task", "title", "status", "settled"],
  items: (data: Aside) => [{ ...data, id: data.task }],
  piped: "screen" as const,
  screen(output: App["output"], { data }: { readonly data: Aside }) {
    const [said, next] = words(data);
    output.line(said);
    if (output.isTTY) for (const line of nextLines(next, output)) output.line(line);
  },
});

export const tasksFor = async (app: App): Promise<Tasks> =>
  makeTasks({ connection: await app.connection(), session: null, patienceMs: 0 });

/** The task that is meant. Throws USAGE without a word, TASK_NOT_FOUND. */
export async function taskNamed(tasks: Tasks, word: string, verb: "pause" | "continue"): Promise<Task> {
  if (word !== "") return tasks.show(word);
  throw new WerkError("USAGE", `which task? "${verb}" is for one task.`, {
    hint:
      verb === "pause"
        ? "One task:  conductor pause TASK-001     The whole run:  conductor stop"
        : "One task:  conductor continue TASK-001     A whole run:  conductor resume",
    field: "task",
  });
}

/** How long its agent may take to end its turn, milliseconds; after that it is said that it has not. */
const PATIENCE = 60_000;
const LOOK_AGAIN = 150;

/** True once nobody works on it any more, and its claim is let go of: that follows a moment after the attempt has ended. */
async function putDown(journal: Journal, tasks: Tasks, id: string): Promise<boolean> {
  const until = performance.now() + PATIENCE;
  for (;;) {
    const driver = await journal.currentDriver();
    const last = attemptsOf(await journal.state(), id).at(-1);
    if (driver === null || last === undefined) return true;
    if (last.endedAt !== null && claimTokenOf(await tasks.show(id)) !== last.token) return true;
    if (performance.now() > until) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
  }
}

/** In taskwerk, too, so that nobody else begins it; what is not ready is begun by nobody anyway. */
async function setPaused(app: App, tasks: Tasks, id: string, reason: string | null): Promise<void> {
  const key = `pause:${id}:${app.world.newId()}`;
  const why = `put aside by ${app.actor}${reason === null ? "" : `: ${reason}`}`;
  const failpoint = makeFailpoint(app.world.env.CONDUCTOR_FAIL_AT, app.world.die);
  // Where somebody else was quicker, conductor itself begins nothing of it all the same.
  await unlessGone(async () => {
    const task = await tasks.show(id);
    let claim = claimOfPause(app, task);
    if (claim === null) {
      if (task.status !== "todo") return;
      const claimed = await tasks.claim(id, pauserOf(app), LEASE_SECONDS, `${key}:claim`);
      if (claimed === null) return;
      claim = claimed.grant.token;
    }
    failpoint("after-claim");
    // Whoever moves it there lets go of it.
    await tasks.move(id, "paused", { reason: why, claim }, `${key}:move`);
  });
}

/** Between claim and move nothing is waited for. */
const LEASE_SECONDS = 60;

const pauserOf = ({ actor }: App): string => `conductor/${actor}`;

/** What a `pause` of the same person's that was cut off still holds of a task; null where it holds nothing. */
export const claimOfPause = (app: App, task: Pick<Task, "uid" | "claim">): string | null =>
  task.claim?.by === pauserOf(app) ? claimTokenOf(task) : null;
