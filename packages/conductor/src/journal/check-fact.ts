/** What a fact must stand on before it is written: nobody ends an attempt that never began. Pure. */
import type { Fact } from "../model/event.ts";
import type { RunState } from "../model/state.ts";
import { problemOf } from "./read-fact.ts";

/**
 * Throws when a fact cannot follow on this state. That is a fault of the program, not of a person, so it is a plain
 * Error; what people can get wrong is checked where they say it.
 */
export function checkFact(state: RunState, fact: Fact): void {
  const problem = problemOf(fact) ?? outOfPlace(state, fact);
  if (problem !== null) throw new Error(`the journal refuses a fact: ${problem}`);
}

function outOfPlace(state: RunState, fact: Fact): string | null {
  switch (fact.type) {
    case "plan.saved":
    case "task.paused":
    case "task.continued":
    // A person may speak of a task before any agent has had it.
    case "hint.given":
    case "task.unblocked":
    case "planning.failed":
      return null;
    case "session.started":
      return state.sessions.has(fact.session.id) ? `session ${fact.session.id} exists` : null;
    case "session.status":
    case "session.stop-requested":
    case "session.held":
    case "session.limits":
    case "budget.reached":
    case "account.paused":
    case "account.continued":
    case "session.ended":
      return missing("session", state.sessions, fact.session);
    case "attempt.started":
      if (state.attempts.has(fact.attempt.id)) return `attempt ${fact.attempt.id} exists`;
      return missing("session", state.sessions, fact.attempt.session);
    case "gate.judged":
      return (
        missing("session", state.sessions, fact.session) ??
        (fact.attempt === null ? null : missing("attempt", state.attempts, fact.attempt))
      );
    case "decision.asked":
      if (state.decisions.has(fact.decision.id)) return `decision ${fact.decision.id} exists`;
      return missing("session", state.sessions, fact.decision.session);
    case "rollback.intended":
    case "rollback.given":
      if (state.rollbacks.some(({ id }) => id === fact.rollback)) return `rollback ${fact.rollback} exists`;
      return fact.reverts.map(({ attempt }) => missing("attempt", state.attempts, attempt)).find(Boolean) ?? null;
    case "rollback.landed":
    case "rollback.abandoned":
    case "task.reopened": {
      const rollback = state.rollbacks.find(({ id }) => id === fact.rollback);
      if (rollback === undefined) return `there is no rollback ${fact.rollback}`;
      if (fact.type === "task.reopened") return rollback.landed ? null : `rollback ${fact.rollback} has not landed`;
      if (rollback.landed) return `rollback ${fact.rollback} has landed already`;
      return rollback.abandoned === null ? null : `rollback ${fact.rollback} was abandoned`;
    }
    case "decision.closed": {
      const decision = state.decisions.get(fact.decision);
      if (decision === undefined) return `there is no decision ${fact.decision}`;
      return decision.state === "open" ? null : `decision ${fact.decision} is ${decision.state} already`;
    }
    case "decision.joined":
    case "decision.overturned": {
      const decision = state.decisions.get(fact.decision);
      if (decision === undefined) return `there is no decision ${fact.decision}`;
      const open = fact.type === "decision.joined" && decision.state === "open";
      return open || decision.kept !== null ? null : `decision ${fact.decision} is ${decision.state}`;
    }
    default:
      return missing("attempt", state.attempts, fact.attempt);
  }
}

const missing = (what: string, there: ReadonlyMap<string, unknown>, id: string): string | null =>
  there.has(id) ? null : `there is no ${what} ${id}`;
