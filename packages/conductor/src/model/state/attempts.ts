/** What was tried at each task, and how far each attempt has come. */
import type { BlockerKind } from "../blocker.ts";
import type { LoopRung } from "../loop.ts";
import type { Attempt, Stage } from "../run.ts";
import { change, type Draft } from "./draft.ts";
import type { EventOf, FactOf } from "./event-of.ts";

/** What an attempt is about to land, written down before the ref moves. */
export interface IntendedLanding {
  readonly ref: string;
  readonly from: string;
  readonly commit: string;
  readonly tree: string;
  readonly receipts: readonly string[];
}

export type InteractionKind = FactOf<"interaction">["kind"];

export interface AttemptState extends Attempt {
  /** Number of the event that began it. */
  readonly seq: number;
  /** What kind of thing keeps it from its task; null where it is not blocked, or nobody said. */
  readonly blocker: BlockerKind | null;
  /** The claim's token in taskwerk; belongs into no output. */
  readonly token: string;
  readonly briefSha256: string | null;
  /** Since when it is in its stage, RFC 3339. */
  readonly stageSince: string;
  /** Milliseconds spent in the stages it has left. */
  readonly spentMs: Readonly<Partial<Record<Stage, number>>>;
  readonly interactions: Readonly<Partial<Record<InteractionKind, number>>>;
  readonly intended: IntendedLanding | null;
  /** taskwerk knows that its task is done. */
  readonly closed: boolean;
  /** The gate round that was last counted as red. */
  readonly redRound: number | null;
  /** D1, D2, …: an answer it went by is another one since its agent was told; null = none. */
  readonly outdated: string | null;
}

export interface LoopState {
  readonly seq: number;
  readonly at: string;
  readonly attempt: string;
  readonly rule: string;
  readonly rung: LoopRung;
  readonly evidence: string;
  readonly skipped: readonly string[];
  /** Who took the task over; absent = nobody, or its journal does not say. */
  readonly agent?: string;
}

export interface SalvageState {
  readonly at: string;
  readonly attempt: string;
  readonly ref: string;
  readonly commit: string;
}

/** New tests of an attempt that were tried without its work. */
export interface IdleTests {
  readonly attempt: string;
  /** The attempt's round of gates; what a state is recognised by leaves it out. */
  readonly round: number;
  /** Those that pass without it, at most 100 of them. */
  readonly names: readonly string[];
  /** How many do; absent = as many as there are names. */
  readonly idle?: number;
  /** How many are new. */
  readonly of: number;
}

/** One rung of the ladder, for one conflict. */
export type ConflictState = Omit<FactOf<"conflict.met">, "type"> & { readonly at: string };

export interface Attempts {
  readonly attempts: ReadonlyMap<string, AttemptState>;
  /** Ids of attempts by task, oldest first. */
  readonly attemptsByTask: ReadonlyMap<string, readonly string[]>;
  readonly loops: readonly LoopState[];
  readonly salvage: readonly SalvageState[];
  /** Oldest first. */
  readonly idleTests: readonly IdleTests[];
  /** Oldest first. */
  readonly conflicts: readonly ConflictState[];
}

export type AttemptEvent = EventOf<
  | "attempt.started"
  | "attempt.claimed"
  | "attempt.prepared"
  | "attempt.spawned"
  | "attempt.stage"
  | "attempt.usage"
  | "attempt.agent-ended"
  | "attempt.bundled"
  | "attempt.ended"
  | "interaction"
  | "landing.intended"
  | "task.closed"
  | "loop.noticed"
  | "tests.idle"
  | "conflict.met"
  | "salvage.saved"
>;

export function applyToAttempts(draft: Draft<Attempts>, event: AttemptEvent): void {
  switch (event.type) {
    case "attempt.started":
      startAttempt(draft, event);
      return;
    case "attempt.claimed":
      change(draft.attempts, event.attempt, (attempt) => ({ ...attempt, token: event.token, fence: event.fence }));
      return;
    case "attempt.prepared":
      change(draft.attempts, event.attempt, (attempt) => ({
        ...attempt,
        workspace: event.workspace,
        branch: event.branch,
        base: event.base,
        briefSha256: event.briefSha256,
        outdated: null,
      }));
      return;
    case "attempt.spawned":
      change(draft.attempts, event.attempt, (attempt) => ({ ...attempt, process: event.process }));
      return;
    case "attempt.stage":
      change(draft.attempts, event.attempt, (attempt) => ({
        ...inStage(attempt, event.stage, event.at),
        reason: event.reason,
        gateRounds: attempt.gateRounds + (event.stage === "gating" && attempt.stage !== "gating" ? 1 : 0),
      }));
      return;
    case "attempt.usage":
      change(draft.attempts, event.attempt, (attempt) => ({ ...attempt, usage: event.usage }));
      return;
    case "attempt.agent-ended":
      change(draft.attempts, event.attempt, (attempt) => ({ ...attempt, end: event.reason, process: null }));
      return;
    case "attempt.bundled":
      change(draft.attempts, event.attempt, (attempt) => ({
        ...attempt,
        work: {
          commit: event.commit,
          tree: event.tree,
          ref: event.ref,
          ...(event.unfinished && { unfinished: true as const }),
        },
      }));
      return;
    case "attempt.ended":
      change(draft.attempts, event.attempt, (attempt) => ({
        ...inStage(attempt, event.stage, event.at),
        reason: event.reason,
        endedAt: event.at,
        process: null,
        blocker: event.blocker ?? null,
      }));
      return;
    case "interaction":
      change(draft.attempts, event.attempt, (attempt) => ({
        ...attempt,
        interactions: { ...attempt.interactions, [event.kind]: (attempt.interactions[event.kind] ?? 0) + 1 },
      }));
      return;
    case "landing.intended": {
      const { ref, from, commit, tree, receipts } = event;
      const intended = { ref, from, commit, tree, receipts };
      change(draft.attempts, event.attempt, (attempt) => ({ ...attempt, intended }));
      return;
    }
    case "task.closed":
      change(draft.attempts, event.attempt, (attempt) => ({ ...attempt, closed: true }));
      return;
    case "loop.noticed": {
      const { seq, at, attempt: id, rule, rung, evidence, skipped = [], agent } = event;
      draft.loops.push({ seq, at, attempt: id, rule, rung, evidence, skipped, ...(agent !== undefined && { agent }) });
      change(draft.attempts, id, (attempt) => ({ ...attempt, loops: attempt.loops + 1 }));
      return;
    }
    case "tests.idle": {
      const { attempt, names, idle, of } = event;
      const round = draft.attempts.get(attempt)?.gateRounds ?? 0;
      draft.idleTests.push({ attempt, round, names, ...(idle !== undefined && { idle }), of });
      return;
    }
    case "conflict.met": {
      const { attempt, rung, outcome, tip, work, base, paths, tree, detail, at } = event;
      draft.conflicts.push({ attempt, rung, outcome, tip, work, ...(base && { base }), paths, tree, detail, at });
      return;
    }
    case "salvage.saved":
      draft.salvage.push({ at: event.at, attempt: event.attempt, ref: event.ref, commit: event.commit });
      return;
    default:
      event satisfies never;
  }
}

function startAttempt(draft: Draft<Attempts>, event: EventOf<"attempt.started">): void {
  const { attempt } = event;
  draft.attempts.set(attempt.id, {
    ...attempt,
    seq: event.seq,
    blocker: null,
    token: event.token,
    briefSha256: null,
    stageSince: event.at,
    spentMs: {},
    interactions: {},
    intended: null,
    closed: false,
    redRound: null,
    outdated: null,
  });
  const before = draft.attemptsByTask.get(attempt.task) ?? [];
  if (!before.includes(attempt.id)) draft.attemptsByTask.set(attempt.task, [...before, attempt.id]);
}

/** Counts the time in the stage it leaves; a clock that went back counts as none. */
export function inStage(attempt: AttemptState, stage: Stage, at: string): AttemptState {
  if (stage === attempt.stage) return attempt;
  const ms = Math.max(0, Date.parse(at) - Date.parse(attempt.stageSince) || 0);
  return {
    ...attempt,
    stage,
    stageSince: at,
    spentMs: { ...attempt.spentMs, [attempt.stage]: (attempt.spentMs[attempt.stage] ?? 0) + ms },
  };
}

/** A task's attempts, oldest first; those of one session when it is named. */
export function attemptsOf(
  { attempts, attemptsByTask }: Pick<Attempts, "attempts" | "attemptsByTask">,
  task: string,
  session?: string,
): readonly AttemptState[] {
  return (attemptsByTask.get(task) ?? [])
    .map((id) => attempts.get(id))
    .filter((one): one is AttemptState => one !== undefined && (session === undefined || one.session === session));
}
