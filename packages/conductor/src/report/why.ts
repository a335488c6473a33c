/** Why one task is not landed: where it stands, for whom it waits, what went wrong, and what to type. Pure. */
import { BLOCKERS, type BlockerKind } from "../model/blocker.ts";
import { type HintState, type RunState, unfinishedSessions } from "../model/state.ts";
import { loopsSince, redRounds } from "../model/task-loops.ts";
import { triesOf } from "../model/tries.ts";
import type { ReportFacts } from "./facts.ts";
import { behind, type TaskState, type TaskStateWord, taskStates } from "./task-state.ts";

export interface Why {
  readonly task: string;
  readonly title: string;
  readonly state: TaskStateWord;
  /** Where its attempt is, and for how long; null where none is under way. */
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
  const under = last !== null && last.endedAt === null && !over;
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
    loops,
    failures,
    behind: over ? [] : behind(all, [id]),
    hints: state.hints.filter((one) => one.task === id).map(({ text, by, at }) => ({ text, by, at })),
    next: nextOf(task, { go: goAgain(state, facts.driven), after }),
  };
}

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

/** At most three. */
function nextOf(
  task: TaskState,
  { go, after }: { readonly go: string; readonly after: Why["after"] },
): readonly string[] {
  const { id, state, open, attempts, blocked } = task;
  const log = attempts.length > 0 ? [`conductor log ${id}`] : [];
  const [card] = open;
  const again = task.aside === null ? null : `conductor continue ${id}`;
  if (state === "landed") return log;
  if (state === "done" || state === "cancelled") return [`taskwerk show ${id}`];
  if (card !== undefined) {
    const words =
      card.kind === "question"
        ? [`conductor inbox ${card.id}`, `conductor answer ${card.id} "..."`]
        : [`conductor review ${card.id}`, `conductor approve ${card.id}`, `conductor reject ${card.id} --note "why"`];
    return again === null ? words : [...words.slice(0, 2), again];
  }
  if (blocked) return [...log, `conductor unblock ${id} --note "what has changed"`];
  if (state === "working") return [...log, `conductor hint ${id} "..."`];
  const [first] = after;
  if (first !== undefined) return [`conductor why ${first.id}`];
  if (state === "paused") return [again ?? `taskwerk show ${id}`];
  return [...log, go];
}

const goAgain = (state: RunState, driven: boolean): string =>
  driven ? "conductor status" : unfinishedSessions(state).length > 0 ? "conductor resume" : "conductor run";
