import { WerkError } from "@taskwerk/contract/errors";
import type { ListTasks } from "@taskwerk/contract/list-tasks";
import type { Status } from "@taskwerk/contract/status";
import type { Task } from "@taskwerk/contract/task";
import { secondsOf } from "@taskwerk/terminal/command/length-of-time";
import { checkFields } from "@taskwerk/terminal/fields";
import { printSuccess, type View } from "@taskwerk/terminal/print-success";
import type { App } from "../app.ts";
import { termsBeforeFlags } from "../query-words.ts";
import { type Verb, wordsOf } from "../verb.ts";
import type { StoreWatch } from "../world.ts";
import { TASK_FIELDS } from "./fields.ts";
import { listInput } from "./list-flags.ts";
import { statusWord } from "./status-word.ts";
import { statusOf } from "./words.ts";

interface WaitFlags {
  readonly until?: string;
  readonly timeout?: string;
}
type Until = Status | "ready";

/**
 * `wait QUERY --until STATUS|ready`: sleeps until all that fit have the status, or one of them is ready. Exit 14
 * (OUT_OF_REACH) when that can no longer come, 15 (TIME_UP) when the time is up.
 */
export const waitVerb: Verb<WaitFlags> = {
  beforeFlags: termsBeforeFlags,
  build: (command) =>
    command
      .argument("<query...>", "for which tasks: session:S tag:api id:TASK-001")
      .option("--until <status>", "all have it (for in-progress and review: or went past), or ready: one of them is")
      .option("--timeout <time>", "how long at most: 90s, 30m, 2h (without: for ever)"),
  async run(app, [words], { until, timeout }) {
    if (app.output.fields) checkFields(app.output.fields, TASK_FIELDS);
    if (until === undefined) {
      throw new WerkError("USAGE", "what to wait for is missing: --until done, or another status, or ready.", {
        hint: "For example:  taskwerk wait session:S --until done --timeout 30m",
        field: "until",
      });
    }
    const goal = until.trim().toLowerCase() === "ready" ? "ready" : statusOf(until);
    const limit = timeout === undefined ? Number.POSITIVE_INFINITY : secondsOf(timeout, "--timeout") * 1000;
    const input: ListTasks = { ...(await listInput(app, asIds(wordsOf(words)), {})), all: true, limit: 0 };
    // Watches before it looks: what is written in between wakes it.
    const watch = await app.world.watchStore(app.target);
    try {
      await waitFor(app, watch, input, goal, limit);
    } finally {
      watch.close();
    }
  },
};

/** A plain id is what it looks like, and no text to look for. */
const asIds = (words: readonly string[]): readonly string[] =>
  words.map((word) => (/^(?:[a-z][a-z0-9]*-)?\d{1,9}(?:\.\d{1,9})*$/i.test(word) ? `id:${word}` : word));

/** Time alone can make a task ready: a date that passes, a lease that ends. */
const LOOK_AGAIN_MS = 10_000;
/** A look takes at most this part of the time. */
const REST = 5;

async function waitFor(app: App, watch: StoreWatch, input: ListTasks, until: Until, limitMs: number): Promise<void> {
  const now = (): number => app.world.now().getTime();
  const deadline = now() + limitMs;
  const known = new Map<string, Task>();
  for (let first = true; ; first = false) {
    const began = now();
    const { page: _, ...answer } = await app.call("task.list", input);
    await follow(app, known, answer.data);
    const tasks = [...known.values()];
    if (tasks.length === 0) {
      throw new WerkError("TASK_NOT_FOUND", "there is no task to wait for.", {
        hint: "See what fits:  taskwerk list --all QUERY",
        field: "query",
      });
    }
    const missing = tasks.filter((task) => !isReached(task, until));
    if (missing.length === 0 || (until === "ready" && missing.length < tasks.length)) {
      const data = until === "ready" ? tasks.filter((task) => isReached(task, until)) : tasks;
      printSuccess(app.output, { ...answer, kind: "task.wait", data }, REACHED);
      return;
    }
    const lost = missing.filter((task) => isOutOfReach(task));
    if (until === "ready" ? lost.length === tasks.length : lost.length > 0) throw outOfReach(lost, until);
    if (now() >= deadline) throw timeUp(missing, tasks, until);
    if (first && app.output.isTTY) {
      app.output.note(`Waiting until ${goalWords(tasks, until)}; ${tasks.length - missing.length} so far.`);
    }
    await rest(Math.max(0, Math.min((now() - began) * REST, LOOK_AGAIN_MS, deadline - now())));
    await watch.next(Math.max(0, Math.min(LOOK_AGAIN_MS, deadline - now())));
  }
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Remembers all that ever fitted: a task does not end the wait by no longer fitting. */
async function follow(app: App, known: Map<string, Task>, fitting: readonly Task[]): Promise<void> {
  const there = new Set(fitting.map(({ uid }) => uid));
  const gone = [...known.values()].filter((task) => !there.has(task.uid));
  for (const { uid } of gone) known.set(uid, (await app.call("task.show", { id: uid })).data);
  for (const task of fitting) known.set(task.uid, task);
}

/** What is behind a status in a life without trouble: who waits for a review does not miss one that was quick. */
const BEHIND: Partial<Record<Status, readonly Status[]>> = { "in-progress": ["review", "done"], review: ["done"] };

const isReached = (task: Task, until: Until): boolean =>
  task.deleted_at === null &&
  (until === "ready" ? task.ready : task.status === until || (BEHIND[until]?.includes(task.status) ?? false));

const isOutOfReach = (task: Task): boolean => task.deleted_at !== null || task.category_of_status === "closed";

const goalWords = (tasks: readonly Task[], until: Until): string =>
  tasks.length === 1
    ? `${tasks[0]!.id} is ${until}`
    : until === "ready"
      ? `one of ${tasks.length} tasks is ready`
      : `all ${tasks.length} tasks are ${until}`;

function outOfReach(lost: readonly Task[], until: Until): WerkError {
  const [{ id, status, deleted_at }] = lost as [Task];
  const more = lost.length > 1 ? ` (and ${lost.length - 1} more)` : "";
  return new WerkError(
    "OUT_OF_REACH",
    `${id} is ${deleted_at === null ? status : "deleted"}${more}: it cannot become ${until}.`,
    {
      hint:
        deleted_at === null
          ? `If it shall be done again:  taskwerk reopen ${id}`
          : `Bring it back:  taskwerk restore ${id}`,
      details: { until, ids: lost.slice(0, MOST_TOLD).map((task) => task.id) },
    },
  );
}

function timeUp(missing: readonly Task[], tasks: readonly Task[], until: Until): WerkError {
  const [first] = missing;
  return new WerkError("TIME_UP", `the time is up: ${missing.length} of ${tasks.length} are not ${until}.`, {
    hint: `See why:  taskwerk why ${first!.id}`,
    details: { until, ids: missing.slice(0, MOST_TOLD).map(({ id }) => id) },
  });
}

const MOST_TOLD = 100;
const MOST_LISTED = 10;

const REACHED: View<readonly Task[]> = {
  fields: ["id", "status", "title"],
  known: TASK_FIELDS,
  screen(output, { data }) {
    for (const task of data.slice(0, MOST_LISTED)) output.line(task.id, "  ", statusWord(task), "  ", task.title);
    if (data.length > MOST_LISTED) output.line(`and ${data.length - MOST_LISTED} more`);
  },
};
