/** Why one task is not landed: where it stands, for whom it waits, what went wrong, and what to type. Pure. */
import { BLOCKERS, type BlockerKind } from "../model/blocker.ts";
import type { Stage } from "../model/run.ts";
import type { HintState, RunState } from "../model/state.ts";
import { loopsSince, redRounds } from "../model/task-loops.ts";
import { triesOf } from "../model/tries.ts";
import type { Claimed } from "./claimed.ts";
import type { ReportFacts } from "./facts.ts";
import { startable, takeUp } from "./go-on.ts";
import { taskReport } from "./task-report.ts";
import { behind, type TaskState, type TaskStateWord, taskStates } from "./task-state.ts";

export interface Why {
  readonly task: string;
  readonly title: string;
  readonly state: TaskStateWord;
  /** Where its attempt is, and for how long; null where none is under way, also where it is at work in a run that is gone. */
  readonly stage: { readonly name: string; readonly sinceMs: number; readonly agent: string } | null;
  readonly attempts: number;
  /** How often it was given to an agent, without those that the provider refused. */
  readonly tries: number;
  readonly reason: string | null;
  readonly landed: { readonly commit: string; readonly at: string } | null;
  readonly blocker: { readonly kind: BlockerKind; readonly means: string; readonly cure: string } | null;
  /** Cards that are open about it. */
  readonly cards: readonly {
    readonly id: string;
    readonly kind: string;
    readonly text: string;
    readonly ageMs: number;
  }[];
  /** Tasks that have to land before it. */
  readonly after: readonly { readonly id: string; readonly title: string; readonly state: TaskStateWord }[];
  /** Why it is not begun although it is ready. */
  readonly held: string | null;
  /** Who else holds it in taskwerk; null = nobody. */
  readonly claim: Claimed | null;
  /** Loops since a person last said something about it, oldest first. */
  readonly loops: readonly {
    readonly rule: string;
    readonly rung: string;
    /** Who took it over, by name; null = nobody, or the journal does not say. */
    readonly agent: string | null;
    readonly skipped: readonly string[];
    readonly evidence: string;
    readonly ageMs: number;
  }[];
  /** What gates said since then, the same said once with how often, the newest last. */
  readonly failures: readonly {
    readonly gates: readonly string[];
    readonly tests: readonly string[];
    readonly times: number;
  }[];
  /** Tasks that wait behind it. */
  readonly behind: readonly string[];
  readonly hints: readonly Pick<HintState, "text" | "by" | "at">[];
  /** What to type. */
  readonly next: readonly string[];
}

/** Null when neither the journal nor taskwerk knows the task. */
export function whyOf(state: RunState, id: string, facts: Pick<ReportFacts, "now" | "tasks" | "driven">): Why | null {
  const all = taskStates(state, facts);
  const task = all.find((one) => one.id === id);
  if (task === undefined) return null;
  const now = Date.parse(facts.now);
  const age = (at: string): number => Math.max(0, now - Date.parse(at));
  const last = task.attempts.at(-1) ?? null;
  const over = task.state === "landed" || task.state === "done" || task.state === "cancelled";
  const under = last !== null && last.endedAt === null && !over && (facts.driven || STANDS.has(last.stage));
  const kind = !over && last?.stage === "blocked" && task.state !== "to-go" ? last.blocker : null;
  const cards = over
    ? []
    : task.open.map((one) => ({ id: one.id, kind: one.kind, text: one.text, ageMs: age(one.askedAt) }));
  const after = over ? [] : waitsBehind(all, task);
  const seen = loopsSince(state, id);
  // Once it is over they are history, but for whose work it is then.
  const loops = (over && !seen.some(({ rung }) => rung === "other-agent") ? [] : seen).map(
    ({ rule, rung, agent = null, skipped, evidence, at }) => ({
      rule,
      rung,
      agent,
      skipped,
      evidence,
      ageMs: age(at),
    }),
  );
  const failures = over ? [] : failuresOf(state, id);
  return {
    task: id,
    title: task.title,
    state: task.state,
    stage: under ? { name: last.stage, sinceMs: age(last.stageSince), agent: last.agent } : null,
    attempts: task.attempts.length,
    tries: triesOf(task.attempts),
    reason: cards.length > 0 ? task.aside : task.reason,
    landed:
      task.landing !== null && task.state === "landed" ? { commit: task.landing.commit, at: task.landing.at } : null,
    blocker: kind === null ? null : { kind, ...BLOCKERS[kind] },
    cards,
    after,
    held: task.held,
    claim: task.claim,
    loops,
    failures,
    behind: over ? [] : behind(all, [id]),
    hints: state.hints.filter((one) => one.task === id).map(({ text, by, at }) => ({ text, by, at })),
    next: nextOf(state, task, { all, driven: facts.driven, after }),
  };
}

/** Stages in which an attempt stays without anybody at work. */
const STANDS: ReadonlySet<Stage> = new Set([
  "waiting-answer",
  "waiting-approval",
  "paused-limit",
  "paused-budget",
  "paused-user",
]);

const waitsBehind = (all: readonly TaskState[], task: TaskState): Why["after"] =>
  task.dependsOn.flatMap((other) => {
    const found = all.find(({ id }) => id === other);
    if (found === undefined || found.state === "landed" || found.state === "done" || found.state === "cancelled")
      return [];
    return [{ id: other, title: found.title, state: found.state }];
  });

function failuresOf(state: RunState, task: string): Why["failures"] {
  const bySignature = new Map<string, { gates: readonly string[]; tests: readonly string[]; times: number }>();
  for (const { signature, red } of redRounds(state, task)) {
    const times = (bySignature.get(signature)?.times ?? 0) + 1;
    const gates = red.map(({ gate, reason, result }) => `${gate}: ${reason ?? result}`);
    // What came last stands last.
    bySignature.delete(signature);
    bySignature.set(signature, { gates, tests: [...new Set(red.flatMap(({ failures }) => failures))], times });
  }
  return [...bySignature.values()];
}

/** At most three: what opens the reason, what removes it, and what has the work taken up after that. */
function nextOf(
  state: RunState,
  task: TaskState,
  {
    all,
    driven,
    after,
  }: { readonly all: readonly TaskState[]; readonly driven: boolean; readonly after: Why["after"] },
): readonly string[] {
  const { id, open, attempts } = task;
  const log = attempts.length > 0 ? [`conductor log ${id}`] : [];
  const again = task.aside === null ? [] : [`conductor continue ${id}`];
  const up = driven ? [] : takeUp(state, [id]);
  const [card] = open;
  const [first] = after;
  switch (task.state) {
    case "landed":
      return [...log, `conductor undo ${id} --dry-run`];
    case "done":
      return [`taskwerk show ${id}`];
    case "cancelled":
      return [`taskwerk show ${id}`, `taskwerk reopen ${id}`];
  }
  if (card !== undefined) return [...cardCommands(card).slice(0, again.length > 0 ? 2 : 3), ...again];
  if (task.blocked) return [...log, `conductor unblock ${id} --note "what has changed"`, ...again, ...up].slice(-3);
  if (again.length > 0) return [...again, ...up];
  if (task.state === "working") return [...log, `conductor hint ${id} "..."`];
  if (task.state === "paused") return [...log, ...liftPause(task, driven), ...up].slice(-3);
  if (task.claim !== null) return [`taskwerk show ${id}`, `taskwerk release ${id} --force`, ...up].slice(-3);
  if (task.held !== null) return [`taskwerk show ${id}`, `taskwerk update ${id} --unset capability`, ...up].slice(-3);
  if (first !== undefined) return [`conductor why ${first.id}`, ...(reaches(state, id, all) ? up : [])];
  return [...log, ...(driven ? ["conductor status"] : up)];
}

const cardCommands = ({ id, kind, options }: TaskState["open"][number]): readonly string[] =>
  kind === "question"
    ? [`conductor inbox ${id}`, `conductor answer ${id} ${options.length > 0 ? "1" : '"..."'}`]
    : [`conductor review ${id}`, `conductor approve ${id}`, `conductor reject ${id} --note "why"`];

/** What lets a task go on that its provider, the budget or somebody in taskwerk has paused. */
function liftPause({ id, stage, attempts }: TaskState, driven: boolean): readonly string[] {
  if (attempts.length === 0 || attempts.at(-1)!.endedAt !== null) return [`conductor continue ${id}`];
  if (!driven) return [];
  return [stage === "paused-limit" ? "conductor continue --account" : "conductor status"];
}

/** A run that begins now comes to it: nothing that it waits behind is stuck. */
const reaches = (state: RunState, task: string, all: readonly TaskState[]): boolean =>
  startable(all.map((one) => taskReport(state, one, all, null))).some(({ id }) => id === task);
