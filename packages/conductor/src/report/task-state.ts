/** Where every task of a run stands, from the journal first and from taskwerk where the journal is silent. Pure. */
import type { Decision } from "../model/decision.ts";
import { isFollowed } from "../model/decision-outcome.ts";
import type { Stage } from "../model/run.ts";
import { askedBy } from "../model/same-question.ts";
import { type AttemptState, attemptsOf, type LandingState, lastActive, type RunState } from "../model/state.ts";
import type { Claimed } from "./claimed.ts";
import type { TaskFacts } from "./facts.ts";
import { cardOf, reasonNow } from "./reason-now.ts";

/**
 * `done`: taskwerk calls it done and nothing of this journal landed for it, e.g. ticked in the document. `working`: an
 * agent or a gate is at it now. `waiting`: for a person. `paused`: for a provider, money or the user. `interrupted`: work
 * was begun, and no conductor drives now. `to-go`: not begun, or to be begun anew.
 */
export type TaskStateWord =
  | "landed"
  | "done"
  | "working"
  | "waiting"
  | "paused"
  | "interrupted"
  | "failed"
  | "blocked"
  | "no-change"
  | "skipped"
  | "cancelled"
  | "to-go";

export interface TaskState {
  readonly id: string;
  readonly title: string;
  readonly state: TaskStateWord;
  /** The newest attempt's stage; null when there was none. */
  readonly stage: Stage | null;
  readonly reason: string | null;
  /** No run takes it before somebody unblocks it: taskwerk has it as blocked, and nobody has spoken on the card it waited for. */
  readonly blocked: boolean;
  readonly attempts: readonly AttemptState[];
  readonly landing: LandingState | null;
  /** Why the session that was last at work does not begin it although it is ready. */
  readonly held: string | null;
  /** Somebody else holds it in taskwerk, so that no run begins it; null where nobody does or it is over. */
  readonly claim: Claimed | null;
  /** A person has put it aside: who, and why; null = nobody has. */
  readonly aside: string | null;
  /** Open decisions that hold it. */
  readonly open: readonly Decision[];
  readonly dependsOn: readonly string[];
  readonly requirements: readonly string[];
  readonly key: string | null;
}

/** Who has put a task aside, and why; null when nobody has. */
export function asideIn(state: RunState, id: string): string | null {
  const pause = state.paused.get(id);
  if (pause === undefined) return null;
  return `put aside by ${pause.by}${pause.reason === null ? "" : `: ${pause.reason}`}`;
}

const ENDED: Readonly<Partial<Record<Stage, TaskStateWord>>> = {
  landed: "landed",
  "no-change": "no-change",
  blocked: "blocked",
  failed: "failed",
  skipped: "skipped",
  cancelled: "cancelled",
  interrupted: "to-go",
  "rolled-back": "to-go",
};

/** Every task that an agent can be given or was given: groups are left out. Tasks of the journal that taskwerk did not name come last. */
export function taskStates(
  state: RunState,
  {
    tasks,
    driven,
    among = null,
  }: {
    readonly tasks: readonly TaskFacts[] | null;
    readonly driven: boolean;
    readonly among?: ReadonlySet<string> | null;
  },
): readonly TaskState[] {
  const spoken = (id: string): boolean => among === null || among.has(id);
  const known = (tasks ?? []).filter((task) => task.children.length === 0 && spoken(task.id));
  const names = new Set((tasks ?? []).map(({ id }) => id));
  const others = [...state.attemptsByTask.keys()].filter((id) => !names.has(id) && spoken(id));
  return [
    ...known.map((task) => taskState(state, task.id, task, driven)),
    ...others.map((id) => taskState(state, id, null, driven)),
  ];
}

function taskState(state: RunState, id: string, task: TaskFacts | null, driven: boolean): TaskState {
  const attempts = attemptsOf(state, id);
  const last = attempts.at(-1) ?? null;
  const landing = state.landings.findLast((one) => one.task === id) ?? null;
  const open = [...state.decisions.values()].filter((one) => one.state === "open" && askedBy(one, id));
  const aside = asideIn(state, id);
  const status = task?.status === "done" && isOwed(state, id) ? "todo" : (task?.status ?? null);
  const card = cardOf(state, last);
  // What people have said frees it with the next run.
  const isHeld = task?.status === "blocked" && (card === null || !isFollowed(card));
  const claimed = task?.claim ?? null;
  const word = wordOf({ last, landing, open, status, claimed: claimed !== null, driven, aside: aside !== null });
  return {
    id,
    title: task?.title ?? last?.title ?? id,
    state: word,
    stage: last?.stage ?? null,
    reason:
      word === "landed" || word === "done"
        ? null
        : word === "paused" && aside !== null
          ? aside
          : last === null || last.reason === null
            ? (task?.status_reason ?? null)
            : reasonNow(state, last, { isHeld }),
    blocked: isHeld,
    attempts,
    landing,
    held: word === "to-go" ? (lastActive(state)?.held.tasks[id] ?? null) : null,
    claim: claimed === null || isOver(word) ? null : { by: claimed.by, until: claimed.lease_until },
    aside,
    open,
    dependsOn: task?.depends_on ?? [],
    requirements: requirementsOf(task),
    key: task?.key ?? null,
  };
}

const isOver = (word: TaskStateWord): boolean => word === "landed" || word === "done" || word === "cancelled";

/** Its work was taken back, and taskwerk has not been told yet that it is to be done again. */
const isOwed = ({ rollbacks }: RunState, id: string): boolean =>
  rollbacks.some(
    ({ landed, reverts, reopened }) => landed && !reopened.includes(id) && reverts.some(({ task }) => task === id),
  );

function wordOf(of: {
  readonly last: AttemptState | null;
  readonly landing: LandingState | null;
  readonly open: readonly Decision[];
  readonly status: TaskFacts["status"] | null;
  readonly claimed: boolean;
  readonly driven: boolean;
  readonly aside: boolean;
}): TaskStateWord {
  const { last, landing, status } = of;
  // Done once and reopened since is not landed any more; the attempt that followed says where it is.
  if (landing !== null && (last === null || last.id === landing.attempt)) return "landed";
  if (status === "done") return landing === null ? "done" : "landed";
  if (status === "cancelled") return "cancelled";
  // A person has put it aside, however it had ended before.
  if (of.aside && (last === null || last.endedAt !== null || !of.driven)) return "paused";
  if (of.open.length > 0) return "waiting";
  if (last === null) return status === "blocked" ? "blocked" : status === "paused" ? "paused" : "to-go";
  const ended = ENDED[last.stage];
  // Somebody put it back into the queue after it had ended badly, or has taken it on since.
  if (ended !== undefined) return status === "todo" || of.claimed ? "to-go" : ended;
  if (last.stage.startsWith("waiting-")) return "waiting";
  if (last.stage.startsWith("paused-")) return "paused";
  return of.driven ? "working" : "interrupted";
}

/** What the import wrote beside the task: the requirements it serves. */
function requirementsOf(task: TaskFacts | null): readonly string[] {
  const plan = task?.metadata.plan;
  const ids = typeof plan === "object" && plan !== null && "requirements" in plan ? plan.requirements : null;
  return Array.isArray(ids) ? ids.filter((one) => typeof one === "string") : [];
}

/** Tasks that cannot begin before one of these has landed, directly or behind others; these themselves left out. */
export function behind(all: readonly TaskState[], ids: readonly string[]): readonly string[] {
  const waiting = waitingIn(all);
  const found = new Set(ids);
  const open = [...ids];
  for (let id = open.pop(); id !== undefined; id = open.pop())
    for (const next of waiting.get(id) ?? [])
      if (!found.has(next)) {
        found.add(next);
        open.push(next);
      }
  return all.map(({ id }) => id).filter((id) => found.has(id) && !ids.includes(id));
}

/** It is asked of every task of a list: what waits for which is looked for once. */
const known = new WeakMap<readonly TaskState[], ReadonlyMap<string, readonly string[]>>();

/** The tasks that wait for each, those that are over left out. */
function waitingIn(all: readonly TaskState[]): ReadonlyMap<string, readonly string[]> {
  const there = known.get(all);
  if (there !== undefined) return there;
  const waiting = new Map<string, string[]>();
  for (const { id, state, dependsOn } of all) {
    if (state === "landed" || state === "done" || state === "cancelled") continue;
    for (const on of dependsOn) {
      const others = waiting.get(on);
      if (others === undefined) waiting.set(on, [id]);
      else others.push(id);
    }
  }
  known.set(all, waiting);
  return waiting;
}
