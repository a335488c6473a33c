/** Which session an event belongs to. Pure. */
import type { JournalEvent } from "../model/event.ts";
import { attemptsOf, type RunState } from "../model/state.ts";

/** The session's id; null for what belongs to none, such as a plan. */
export function sessionOf(event: JournalEvent, state: RunState): string | null {
  switch (event.type) {
    case "plan.saved":
    case "task.paused":
    case "task.continued":
    case "planning.failed":
      return null;
    case "rollback.intended":
    case "rollback.given":
      return event.reverts[0]?.session ?? null;
    case "rollback.landed":
    case "rollback.abandoned":
    case "task.reopened":
      return state.rollbacks.find(({ id }) => id === event.rollback)?.reverts[0]?.session ?? null;
    case "hint.given":
    case "task.unblocked":
      return attemptsOf(state, event.task).at(-1)?.session ?? null;
    case "session.started":
      return event.session.id;
    case "session.status":
    case "session.stop-requested":
    case "session.held":
    case "session.limits":
    case "budget.reached":
    case "account.paused":
    case "account.continued":
    case "session.ended":
    case "gate.judged":
      return event.session;
    case "attempt.started":
      return event.attempt.session;
    case "decision.asked":
      return event.decision.session;
    case "decision.closed":
    case "decision.joined":
    case "decision.overturned":
      return state.decisions.get(event.decision)?.session ?? null;
    default:
      return state.attempts.get(event.attempt)?.session ?? null;
  }
}
