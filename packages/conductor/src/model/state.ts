/**
 * The state of everything, as a fold over the journal's events. Pure: the same events give the same state, in pieces
 * or at once. Each noun has its part of it, and its own fold, in `state/`.
 */
import type { JournalEvent } from "./event.ts";
import { type Attempts, applyToAttempts } from "./state/attempts.ts";
import { applyToDecisions, type Decisions } from "./state/decisions.ts";
import { type Draft, draftOf } from "./state/draft.ts";
import { applyToJudgements, type Judgements } from "./state/judgements.ts";
import { applyToLandings, type Landings } from "./state/landings.ts";
import { applyToPlans, type Plans } from "./state/plans.ts";
import { applyToSessions, type Sessions } from "./state/sessions.ts";
import { applyToWords, type Words } from "./state/words.ts";

export {
  type AttemptState,
  attemptsOf,
  type ConflictState,
  type LoopState,
  type SalvageState,
} from "./state/attempts.ts";
export { nextDecisionId, replacementOf } from "./state/decisions.ts";
export { receiptsOf } from "./state/judgements.ts";
export { givenIn, type LandingState, nextRollbackId, type RollbackState } from "./state/landings.ts";
export type { PlanState } from "./state/plans.ts";
export {
  type AccountPause,
  type BudgetReached,
  type Held,
  lastActive,
  nextSessionId,
  type SessionState,
  STOP_ASKED,
  unfinishedSessions,
} from "./state/sessions.ts";
export { stateHash } from "./state/state-hash.ts";
export type { HintState } from "./state/words.ts";

/** Maps keep the order of the journal. */
export interface RunState extends Plans, Sessions, Attempts, Judgements, Decisions, Landings, Words {
  /** Number of the last event in it; 0 when there is none. */
  readonly seq: number;
  /** When that was, RFC 3339. */
  readonly at: string | null;
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

function apply(draft: Draft<RunState>, event: JournalEvent): void {
  switch (event.type) {
    case "plan.saved":
    case "planning.failed":
      applyToPlans(draft, event);
      return;
    case "session.started":
    case "session.status":
    case "session.stop-requested":
    case "session.held":
    case "session.limits":
    case "session.ended":
    case "budget.reached":
    case "account.paused":
    case "account.continued":
      applyToSessions(draft, event);
      return;
    case "attempt.started":
    case "attempt.claimed":
    case "attempt.prepared":
    case "attempt.spawned":
    case "attempt.stage":
    case "attempt.usage":
    case "attempt.agent-ended":
    case "attempt.bundled":
    case "attempt.ended":
    case "interaction":
    case "landing.intended":
    case "task.closed":
    case "loop.noticed":
    case "tests.idle":
    case "conflict.met":
    case "salvage.saved":
      applyToAttempts(draft, event);
      return;
    case "gate.judged":
      applyToJudgements(draft, event);
      return;
    case "decision.asked":
    case "decision.joined":
    case "decision.closed":
    case "decision.overturned":
      applyToDecisions(draft, event);
      return;
    case "landing.landed":
    case "rollback.intended":
    case "rollback.given":
    case "rollback.abandoned":
    case "rollback.landed":
    case "task.reopened":
      applyToLandings(draft, event);
      return;
    case "hint.given":
    case "task.unblocked":
    case "task.paused":
    case "task.continued":
      applyToWords(draft, event);
      return;
    default:
      event satisfies never;
  }
}
