/** The state of everything, as a fold over the journal's events. Pure: the same events give the same state, in pieces or at once. */
import type { BlockerKind } from "./blocker.ts";
import type { Decision, DecisionKind } from "./decision.ts";
import { isAssumed } from "./decision-outcome.ts";
import type { Fact, JournalEvent } from "./event.ts";
import type { Receipt } from "./gate.ts";
import type { LoopRung } from "./loop.ts";
import { type Planning, planningIn } from "./planning.ts";
import type { Attempt, Session, Stage } from "./run.ts";

type FactOf<T extends Fact["type"]> = Extract<Fact, { readonly type: T }>;

/** A plan as the journal knows it: where its file is and how far it has come. */
export interface PlanState {
  readonly id: string;
  readonly sourceFile: string;
  readonly file: string;
  readonly status: "draft" | "reviewing" | "imported";
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly savedAt: string;
  /** How often it was written as a draft. */
  readonly drafts: number;
  /** The other files that it was written to, as they were written last. */
  readonly elsewhere: readonly Pick<PlanState, "file" | "metadata" | "savedAt">[];
}

/** A planning for which a model was asked. */
export interface PlanningState extends Planning {
  /** The plan that came of it; null = none did. */
  readonly plan: string | null;
  readonly sourceFile: string;
  readonly at: string;
}

export interface StopRequest {
  readonly mode: "turn" | "after-task" | "now";
  readonly reason: string | null;
  readonly by: string;
  readonly at: string;
}

/** What a session does not begin although it is ready: why nothing at all, or why each of these tasks. */
export interface Held {
  readonly reason: string | null;
  readonly tasks: Readonly<Record<string, string>>;
}

/** A provider takes no requests of an account before this time. */
export interface AccountPause {
  readonly session: string;
  readonly at: string;
  readonly until: string;
  readonly reason: string;
  /** Who has ended it before its time, and until when it was to last. */
  readonly lifted?: { readonly by: string; readonly until: string };
}

/** Who has put a task aside, and why. */
export interface TaskPause {
  readonly at: string;
  readonly reason: string | null;
  readonly by: string;
}

export type BudgetReached = Omit<FactOf<"budget.reached">, "type" | "text">;

export const NOTHING_HELD: Held = { reason: null, tasks: {} };

export interface SessionState extends Session {
  /** Somebody wants it to stop; null again once it is active anew. */
  readonly stop: StopRequest | null;
  readonly held: Held;
  readonly metrics: Readonly<Record<string, unknown>>;
}

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

/** That a receipt was used to judge an attempt; one receipt may serve several. */
export interface JudgementState {
  readonly seq: number;
  readonly at: string;
  readonly session: string;
  readonly attempt: string | null;
  readonly receipt: string;
  /** The attempt's round of gates it belongs to, 0 for a baseline. */
  readonly round: number;
}

export interface LandingState {
  readonly seq: number;
  readonly at: string;
  readonly session: string;
  readonly task: string;
  readonly attempt: string;
  readonly ref: string;
  readonly commit: string;
  readonly tree: string;
  readonly receipts: readonly string[];
}

/** Landed work that was to be taken back. */
export interface RollbackState extends Omit<FactOf<"rollback.intended">, "type" | "rollback"> {
  readonly id: string;
  readonly at: string;
  /** The ref holds it; without that nothing has happened yet. */
  readonly landed: boolean;
  /** The tasks that are open again in taskwerk. */
  readonly reopened: readonly string[];
}

export interface LoopState {
  readonly seq: number;
  readonly at: string;
  readonly attempt: string;
  readonly rule: string;
  readonly rung: LoopRung;
  readonly evidence: string;
  readonly skipped: readonly string[];
}

/** What a person said to whoever works on a task. */
export interface HintState {
  readonly seq: number;
  readonly at: string;
  readonly task: string;
  readonly text: string;
  readonly by: string;
}

/** That a person let a task be taken again. */
export interface UnblockState {
  readonly seq: number;
  readonly at: string;
  readonly task: string;
  readonly note: string | null;
  readonly by: string;
}

export interface SalvageState {
  readonly at: string;
  readonly attempt: string;
  readonly ref: string;
  readonly commit: string;
}

export interface IdleTests {
  readonly attempt: string;
  readonly names: readonly string[];
  readonly of: number;
}

/** One rung of the ladder, for one conflict. */
export type ConflictState = Omit<FactOf<"conflict.met">, "type"> & { readonly at: string };

/** Maps keep the order of the journal. */
export interface RunState {
  /** Number of the last event in it; 0 when there is none. */
  readonly seq: number;
  /** When that was, RFC 3339. */
  readonly at: string | null;
  readonly plans: ReadonlyMap<string, PlanState>;
  /** Oldest first. */
  readonly plannings: readonly PlanningState[];
  readonly sessions: ReadonlyMap<string, SessionState>;
  readonly attempts: ReadonlyMap<string, AttemptState>;
  /** Ids of attempts by task, oldest first. */
  readonly attemptsByTask: ReadonlyMap<string, readonly string[]>;
  readonly receipts: ReadonlyMap<string, Receipt>;
  readonly judgements: readonly JudgementState[];
  readonly decisions: ReadonlyMap<string, Decision>;
  /** Oldest first, without those that were taken back. */
  readonly landings: readonly LandingState[];
  /** Oldest first. */
  readonly rollbacks: readonly RollbackState[];
  readonly loops: readonly LoopState[];
  readonly hints: readonly HintState[];
  readonly unblocks: readonly UnblockState[];
  /** By task: the number of the last event in which a person said something about it. */
  readonly words: ReadonlyMap<string, number>;
  readonly salvage: readonly SalvageState[];
  /** New tests that pass without the work of their attempt. */
  readonly idleTests: readonly IdleTests[];
  /** Oldest first. */
  readonly conflicts: readonly ConflictState[];
  /** The last pause of each account, also one that is over. */
  readonly accounts: ReadonlyMap<string, AccountPause>;
  /** All pauses of all accounts, in the order in which they began. */
  readonly pauses: readonly (AccountPause & { readonly account: string })[];
  /** Tasks that are put aside now. */
  readonly paused: ReadonlyMap<string, TaskPause>;
  readonly budgets: readonly BudgetReached[];
}

/** The state before anything has happened. */
export const emptyState = (): RunState => ({
  seq: 0,
  at: null,
  plans: new Map(),
  plannings: [],
  sessions: new Map(),
  attempts: new Map(),
  attemptsByTask: new Map(),
  receipts: new Map(),
  judgements: [],
  decisions: new Map(),
  landings: [],
  rollbacks: [],
  loops: [],
  hints: [],
  unblocks: [],
  words: new Map(),
  salvage: [],
  idleTests: [],
  conflicts: [],
  accounts: new Map(),
  pauses: [],
  paused: new Map(),
  budgets: [],
});

/** The state after one more event. */
export const applyEvent = (state: RunState, event: JournalEvent): RunState => foldEvents([event], state);

/**
 * The state after these events, in order, on top of `from`, which is not changed. An event that is already in `from`
 * (by its number) is passed over; one about something unknown changes nothing but the number.
 */
export function foldEvents(events: Iterable<JournalEvent>, from: RunState = emptyState()): RunState {
  const draft = draftOf(from);
  for (const event of events) {
    if (event.seq <= draft.seq) continue;
    apply(draft, event);
    draft.seq = event.seq;
    draft.at = event.at;
  }
  return draft;
}

interface Draft extends RunState {
  seq: number;
  at: string | null;
  readonly plans: Map<string, PlanState>;
  readonly plannings: PlanningState[];
  readonly sessions: Map<string, SessionState>;
  readonly attempts: Map<string, AttemptState>;
  readonly attemptsByTask: Map<string, readonly string[]>;
  readonly receipts: Map<string, Receipt>;
  readonly judgements: JudgementState[];
  readonly decisions: Map<string, Decision>;
  readonly landings: LandingState[];
  readonly rollbacks: RollbackState[];
  readonly loops: LoopState[];
  readonly hints: HintState[];
  readonly unblocks: UnblockState[];
  readonly words: Map<string, number>;
  readonly salvage: SalvageState[];
  readonly idleTests: IdleTests[];
  readonly conflicts: ConflictState[];
  readonly accounts: Map<string, AccountPause>;
  readonly pauses: RunState["pauses"][number][];
  readonly paused: Map<string, TaskPause>;
  readonly budgets: BudgetReached[];
}

const draftOf = (state: RunState): Draft => ({
  seq: state.seq,
  at: state.at,
  plans: new Map(state.plans),
  plannings: [...state.plannings],
  sessions: new Map(state.sessions),
  attempts: new Map(state.attempts),
  attemptsByTask: new Map(state.attemptsByTask),
  receipts: new Map(state.receipts),
  judgements: [...state.judgements],
  decisions: new Map(state.decisions),
  landings: [...state.landings],
  rollbacks: [...state.rollbacks],
  loops: [...state.loops],
  hints: [...state.hints],
  unblocks: [...state.unblocks],
  words: new Map(state.words),
  salvage: [...state.salvage],
  idleTests: [...state.idleTests],
  conflicts: [...state.conflicts],
  accounts: new Map(state.accounts),
  pauses: [...state.pauses],
  paused: new Map(state.paused),
  budgets: [...state.budgets],
});

function apply(draft: Draft, event: JournalEvent): void {
  switch (event.type) {
    case "plan.saved": {
      const before = draft.plans.get(event.plan);
      const known = before === undefined ? [] : [...before.elsewhere, before];
      const elsewhere = known
        .filter(({ file }) => file !== event.file)
        .map(({ file, metadata, savedAt }) => ({ file, metadata, savedAt }));
      draft.plans.set(event.plan, {
        id: event.plan,
        sourceFile: event.sourceFile,
        file: event.file,
        status: event.status,
        metadata: event.metadata,
        savedAt: event.at,
        drafts: (before?.drafts ?? 0) + (event.status === "draft" ? 1 : 0),
        elsewhere,
      });
      notePlanning(draft, event, planningIn(event.metadata));
      return;
    }
    case "planning.failed":
      notePlanning(draft, event, { calls: event.calls ?? null, usage: event.usage, paidBy: event.paidBy ?? null });
      return;
    case "session.started":
      draft.sessions.set(event.session.id, { ...event.session, stop: null, held: NOTHING_HELD, metrics: {} });
      return;
    case "session.status":
      change(draft.sessions, event.session, (session) => ({
        ...session,
        status: event.status,
        reason: event.reason,
        options: event.options ?? session.options,
        stop: event.status === "active" ? null : session.stop,
        held: event.status === "active" ? NOTHING_HELD : session.held,
        endedAt: event.status === "active" ? null : session.endedAt,
      }));
      return;
    case "session.stop-requested":
      change(draft.sessions, event.session, (session) => ({
        ...session,
        stop: { mode: event.mode, reason: event.reason, by: event.by, at: event.at },
      }));
      return;
    case "session.held":
      change(draft.sessions, event.session, (session) => ({
        ...session,
        held: { reason: event.reason, tasks: event.tasks },
      }));
      return;
    case "session.limits": {
      const { budgetUsd, budgetTokens, until } = event;
      change(draft.sessions, event.session, (session) => ({
        ...session,
        options: { ...session.options, budgetUsd, budgetTokens, until },
      }));
      return;
    }
    case "budget.reached": {
      const { session, scope, level, limitUsd, limitTokens } = event;
      draft.budgets.push({ session, scope, level, limitUsd, limitTokens });
      return;
    }
    case "account.paused": {
      const { account, session, at, until, reason } = event;
      draft.accounts.set(account, { session, at, until, reason });
      draft.pauses.push({ account, session, at, until, reason });
      return;
    }
    case "account.continued":
      liftPause(draft, event);
      return;
    case "task.paused":
      draft.paused.set(event.task, { at: event.at, reason: event.reason, by: event.by });
      return;
    case "task.continued":
      draft.paused.delete(event.task);
      return;
    case "session.ended":
      change(draft.sessions, event.session, (session) => ({
        ...session,
        status: event.status,
        reason: event.reason,
        metrics: event.metrics,
        endedAt: event.at,
      }));
      return;
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
    case "interaction":
      change(draft.attempts, event.attempt, (attempt) => ({
        ...attempt,
        interactions: { ...attempt.interactions, [event.kind]: (attempt.interactions[event.kind] ?? 0) + 1 },
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
    case "loop.noticed":
      draft.loops.push({
        seq: event.seq,
        at: event.at,
        attempt: event.attempt,
        rule: event.rule,
        rung: event.rung,
        evidence: event.evidence,
        skipped: event.skipped ?? [],
      });
      change(draft.attempts, event.attempt, (attempt) => ({ ...attempt, loops: attempt.loops + 1 }));
      return;
    case "hint.given": {
      const { seq, at, task, text, by } = event;
      draft.hints.push({ seq, at, task, text, by });
      draft.words.set(task, seq);
      return;
    }
    case "task.unblocked": {
      const { seq, at, task, note, by } = event;
      draft.unblocks.push({ seq, at, task, note, by });
      draft.words.set(task, seq);
      return;
    }
    case "gate.judged":
      judge(draft, event);
      return;
    case "decision.asked":
      draft.decisions.set(event.decision.id, wholeDecision(event.decision));
      return;
    case "decision.joined":
      change(draft.decisions, event.decision, (decision) => joined(decision, event));
      return;
    case "decision.closed":
      noteWord(draft, event);
      closeDecision(draft, event);
      return;
    case "decision.overturned":
      change(draft.decisions, event.decision, (decision) => ({
        ...decision,
        state: "answered" as const,
        answer: event.answer,
        answeredBy: event.by,
        answeredAt: event.at,
      }));
      noteOutdated(draft, event.decision);
      return;
    case "landing.intended":
      change(draft.attempts, event.attempt, (attempt) => ({
        ...attempt,
        intended: {
          ref: event.ref,
          from: event.from,
          commit: event.commit,
          tree: event.tree,
          receipts: event.receipts,
        },
      }));
      return;
    case "landing.landed":
      landed(draft, event);
      return;
    case "rollback.intended": {
      const { rollback: id, at, by, ref, from, commit, tree, receipts, reverts } = event;
      draft.rollbacks.push({ id, at, by, ref, from, commit, tree, receipts, reverts, landed: false, reopened: [] });
      return;
    }
    case "rollback.landed":
      rolledBack(draft, event);
      return;
    case "task.reopened":
      changeRollback(draft, event.rollback, (one) => ({ ...one, reopened: [...one.reopened, event.task] }));
      return;
    case "task.closed":
      change(draft.attempts, event.attempt, (attempt) => ({ ...attempt, closed: true }));
      return;
    case "tests.idle":
      draft.idleTests.push({ attempt: event.attempt, names: event.names, of: event.of });
      return;
    case "conflict.met": {
      const { attempt, rung, outcome, tip, work, base, paths, tree, detail, at } = event;
      draft.conflicts.push({ attempt, rung, outcome, tip, work, ...(base && { base }), paths, tree, detail, at });
      return;
    }
    case "salvage.saved":
      draft.salvage.push({ at: event.at, attempt: event.attempt, ref: event.ref, commit: event.commit });
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
    default:
      event satisfies never;
  }
}

function notePlanning(
  draft: Draft,
  event: JournalEvent & FactOf<"plan.saved" | "planning.failed">,
  planning: Planning | null,
): void {
  if (planning === null) return;
  const plan = event.type === "plan.saved" ? event.plan : null;
  draft.plannings.push({ ...planning, plan, sourceFile: event.sourceFile, at: event.at });
}

/** From now on the account is not paused any more; one that was over already was over when it was. */
function liftPause(draft: Draft, { account, by, at }: JournalEvent & FactOf<"account.continued">): void {
  const pause = draft.accounts.get(account);
  if (pause === undefined || Date.parse(pause.until) <= Date.parse(at)) return;
  const lifted = { ...pause, until: at, lifted: { by, until: pause.until } };
  draft.accounts.set(account, lifted);
  const last = draft.pauses.findLastIndex((one) => one.account === account);
  if (last >= 0) draft.pauses[last] = { account, ...lifted };
}

/** What a person said to a card is said about its task. */
function noteWord(draft: Draft, event: JournalEvent & FactOf<"decision.closed">): void {
  const decision = draft.decisions.get(event.decision);
  if (decision !== undefined && event.state !== "void" && event.state !== "expired")
    for (const { task } of decision.askers) draft.words.set(task, event.seq);
}

/** What was made by the answer before and has not landed must not land as it is. */
function noteOutdated(draft: Draft, id: string): void {
  const decision = draft.decisions.get(id);
  for (const { task } of decision?.askers ?? [])
    for (const attempt of draft.attemptsByTask.get(task) ?? [])
      change(draft.attempts, attempt, (one) => (one.landed === null ? { ...one, outdated: decision!.kept } : one));
}

function change<T>(map: Map<string, T>, id: string, edit: (value: T) => T): void {
  const value = map.get(id);
  if (value !== undefined) map.set(id, edit(value));
}

/** Counts the time in the stage it leaves; a clock that went back counts as none. */
function inStage(attempt: AttemptState, stage: Stage, at: string): AttemptState {
  if (stage === attempt.stage) return attempt;
  const ms = Math.max(0, Date.parse(at) - Date.parse(attempt.stageSince) || 0);
  return {
    ...attempt,
    stage,
    stageSince: at,
    spentMs: { ...attempt.spentMs, [attempt.stage]: (attempt.spentMs[attempt.stage] ?? 0) + ms },
  };
}

function startAttempt(draft: Draft, event: JournalEvent & FactOf<"attempt.started">): void {
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

/** Facts of earlier versions do not name who asked beside the first, the plan, or what is kept. */
const wholeDecision = (decision: Decision): Decision => {
  const { task, attempt, askers = [{ task, attempt }], plan = null, kept = null, remembered = [] } = decision;
  return { ...decision, askers, plan, kept, remembered };
};

function joined(
  decision: Decision,
  { task, attempt, options = [], reversible = true }: FactOf<"decision.joined">,
): Decision {
  const asker = { task, attempt };
  const asks = decision.askers.some((one) => one.task === task);
  return {
    ...decision,
    askers: asks ? decision.askers.map((one) => (one.task === task ? asker : one)) : [...decision.askers, asker],
    options: [...decision.options, ...options.filter((one) => !decision.options.includes(one))],
    reversible: decision.reversible && reversible,
  };
}

function closeDecision(draft: Draft, event: JournalEvent & FactOf<"decision.closed">): void {
  change(draft.decisions, event.decision, (decision) => ({
    ...decision,
    state: event.state,
    answer: event.answer,
    answeredBy: event.by,
    answeredAt: event.at,
    kept: isKept(decision, event.state) ? nextKeptId(draft) : decision.kept,
    remembered: event.remember ?? [],
  }));
}

/** A question that has an answer, or whose default was taken: whoever asks it again gets that. */
const isKept = (decision: Decision, state: Decision["state"]): boolean =>
  decision.kind === "question" && (state === "answered" || isAssumed({ ...decision, state }));

const nextKeptId = ({ decisions }: RunState): string =>
  `D${
    highest(
      [...decisions.values()].flatMap(({ kept }) => (kept === null ? [] : [kept])),
      /^D(\d{1,15})$/,
    ) + 1
  }`;

function judge(draft: Draft, event: JournalEvent & FactOf<"gate.judged">): void {
  const { receipt } = event;
  if (!draft.receipts.has(receipt.id)) draft.receipts.set(receipt.id, receipt);
  const attempt = event.attempt === null ? undefined : draft.attempts.get(event.attempt);
  const round = attempt === undefined || receipt.phase === "baseline" ? 0 : attempt.gateRounds;
  draft.judgements.push({
    seq: event.seq,
    at: event.at,
    session: event.session,
    attempt: event.attempt,
    receipt: receipt.id,
    round,
  });
  const red = receipt.phase !== "baseline" && receipt.required && receipt.result !== "pass";
  if (attempt !== undefined && red && attempt.redRound !== attempt.gateRounds)
    draft.attempts.set(attempt.id, { ...attempt, reds: attempt.reds + 1, redRound: attempt.gateRounds });
}

function landed(draft: Draft, event: JournalEvent & FactOf<"landing.landed">): void {
  const attempt = draft.attempts.get(event.attempt);
  if (attempt === undefined) return;
  const { commit, tree, ref, receipts } = event;
  draft.attempts.set(attempt.id, { ...attempt, landed: { commit, tree } });
  if (draft.landings.some((landing) => landing.commit === commit && landing.ref === ref)) return;
  draft.landings.push({
    seq: event.seq,
    at: event.at,
    session: attempt.session,
    task: attempt.task,
    attempt: attempt.id,
    ref,
    commit,
    tree,
    receipts,
  });
}

/** What it took back counts as landed nowhere any more. */
function rolledBack(draft: Draft, event: JournalEvent & FactOf<"rollback.landed">): void {
  changeRollback(draft, event.rollback, (one) => ({ ...one, landed: true }));
  const rollback = draft.rollbacks.find(({ id }) => id === event.rollback);
  for (const { attempt: id, landing } of rollback?.reverts ?? []) {
    const at = draft.landings.findIndex(({ commit, attempt }) => commit === landing && attempt === id);
    if (at >= 0) draft.landings.splice(at, 1);
    change(draft.attempts, id, (attempt) => ({
      ...inStage(attempt, "rolled-back", event.at),
      reason: `undone by ${rollback?.by} (${event.rollback})`,
      landed: null,
      closed: false,
      endedAt: attempt.endedAt ?? event.at,
    }));
  }
}

function changeRollback(draft: Draft, id: string, edit: (one: RollbackState) => RollbackState): void {
  const at = draft.rollbacks.findIndex((one) => one.id === id);
  const found = draft.rollbacks[at];
  if (found !== undefined) draft.rollbacks[at] = edit(found);
}

/** A hash that is equal exactly for equal states. */
export const stateHash = (state: RunState): string =>
  process.getBuiltinModule("node:crypto").createHash("sha256").update(canonical(state)).digest("hex");

function canonical(value: unknown): string {
  if (value instanceof Map)
    return `{${[...value].map(([key, one]) => `${JSON.stringify(key)}=>${canonical(one)}`).join(",")}}`;
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  return `{${Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`)
    .join(",")}}`;
}

/** A task's attempts, oldest first; those of one session when it is named. */
export function attemptsOf(state: RunState, task: string, session?: string): readonly AttemptState[] {
  return (state.attemptsByTask.get(task) ?? [])
    .map((id) => state.attempts.get(id))
    .filter((one): one is AttemptState => one !== undefined && (session === undefined || one.session === session));
}

/** The receipts that judged an attempt, in order. */
export function receiptsOf(state: RunState, attempt: string): readonly Receipt[] {
  return state.judgements
    .filter((judgement) => judgement.attempt === attempt)
    .map((judgement) => state.receipts.get(judgement.receipt))
    .filter((receipt) => receipt !== undefined);
}

/** The id that the next session gets: run-1, run-2, … */
export const nextSessionId = (state: RunState): string =>
  `run-${highest(state.sessions.keys(), /^run-(\d{1,15})$/) + 1}`;

/** The id that the next rollback gets: undo-1, undo-2, … */
export const nextRollbackId = (state: RunState): string =>
  `undo-${
    highest(
      state.rollbacks.map(({ id }) => id),
      /^undo-(\d{1,15})$/,
    ) + 1
  }`;

/** The id that the next decision of this kind gets: Q1, Q2, … or A1, A2, … An id is never given twice. */
export function nextDecisionId(state: RunState, kind: DecisionKind): string {
  const letter = kind === "question" ? "Q" : "A";
  return `${letter}${highest(state.decisions.keys(), new RegExp(`^${letter}(\\d{1,15})$`)) + 1}`;
}

/** What came in place of a decision that is void: the newest later one of the same kind about the same task. */
export function replacementOf(state: RunState, id: string): Decision | null {
  const old = state.decisions.get(id);
  if (old === undefined) return null;
  const all = [...state.decisions.values()];
  const later = all.slice(all.indexOf(old) + 1).filter((one) => one.kind === old.kind && one.task === old.task);
  return later.findLast((one) => one.state === "open") ?? later.at(-1) ?? null;
}

/** The session that was last at work: one that still is, else the one that ended last; undefined where nothing has run. */
export function lastActive(state: RunState): SessionState | undefined {
  const all = [...state.sessions.values()];
  const at = ({ startedAt, endedAt }: SessionState): number => Date.parse(endedAt ?? startedAt);
  return (
    all.findLast(({ status, endedAt }) => status === "active" && endedAt === null) ??
    all.reduce<SessionState | undefined>(
      (last, one) => (last !== undefined && at(last) > at(one) ? last : one),
      undefined,
    )
  );
}

/** The sessions that can be gone on with, newest last; one that failed only as long as none came after it. */
export const unfinishedSessions = (state: RunState): readonly SessionState[] =>
  [...state.sessions.values()].filter(
    ({ status }, at, all) =>
      status === "active" || status === "paused" || (status === "failed" && at === all.length - 1),
  );

function highest(ids: Iterable<string>, pattern: RegExp): number {
  let most = 0;
  for (const id of ids) {
    const n = pattern.exec(id)?.[1];
    if (n !== undefined) most = Math.max(most, Number(n));
  }
  return most;
}
