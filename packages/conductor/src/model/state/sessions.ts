/** The runs, what holds them, and the limits that they came to. */
import type { Session } from "../run.ts";
import { change, type Draft } from "./draft.ts";
import type { EventOf, FactOf } from "./event-of.ts";
import { highest } from "./highest.ts";

export interface StopRequest {
  readonly mode: "turn" | "after-task" | "now";
  readonly reason: string | null;
  readonly by: string;
  readonly at: string;
}

/** Why a session ended that was told to stop by somebody who did not say why. */
export const STOP_ASKED = "stop was asked for";

/** What a session does not begin although it is ready: why nothing at all, or why each of these tasks. */
export interface Held {
  readonly reason: string | null;
  readonly tasks: Readonly<Record<string, string>>;
}

const NOTHING_HELD: Held = { reason: null, tasks: {} };

export type BudgetReached = Omit<FactOf<"budget.reached">, "type" | "text">;

/** A provider takes no requests of an account before this time. */
export interface AccountPause {
  readonly session: string;
  readonly at: string;
  /** The other agent, where the account pays for that one alone; absent = it pays for the run. */
  readonly agent?: string;
  readonly until: string;
  readonly reason: string;
  /** Who has ended it before its time, and until when it was to last. */
  readonly lifted?: { readonly by: string; readonly until: string };
}

export interface SessionState extends Session {
  /** Somebody wants it to stop; null again once it is active anew. */
  readonly stop: StopRequest | null;
  readonly held: Held;
  readonly metrics: Readonly<Record<string, unknown>>;
}

export interface Sessions {
  readonly sessions: ReadonlyMap<string, SessionState>;
  /** The last pause of each account, also one that is over. */
  readonly accounts: ReadonlyMap<string, AccountPause>;
  /** All pauses of all accounts, in the order in which they began. */
  readonly pauses: readonly (AccountPause & { readonly account: string })[];
  readonly budgets: readonly BudgetReached[];
}

export type SessionEvent = EventOf<
  | "session.started"
  | "session.status"
  | "session.stop-requested"
  | "session.held"
  | "session.limits"
  | "session.ended"
  | "budget.reached"
  | "account.paused"
  | "account.continued"
>;

export function applyToSessions(draft: Draft<Sessions>, event: SessionEvent): void {
  switch (event.type) {
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
    case "session.ended":
      change(draft.sessions, event.session, (session) => ({
        ...session,
        status: event.status,
        reason: event.reason,
        metrics: event.metrics,
        endedAt: event.at,
      }));
      return;
    case "budget.reached": {
      const { session, scope, level, limitUsd, limitTokens } = event;
      draft.budgets.push({ session, scope, level, limitUsd, limitTokens });
      return;
    }
    case "account.paused": {
      const { account, session, at, until, reason, agent } = event;
      const pause = { session, at, ...(agent !== undefined && { agent }), until, reason };
      draft.accounts.set(account, pause);
      draft.pauses.push({ account, ...pause });
      return;
    }
    case "account.continued":
      liftPause(draft, event);
      return;
    default:
      event satisfies never;
  }
}

/** From now on the account is not paused any more; one that was over already was over when it was. */
function liftPause(draft: Draft<Sessions>, { account, by, at }: EventOf<"account.continued">): void {
  const pause = draft.accounts.get(account);
  if (pause === undefined || Date.parse(pause.until) <= Date.parse(at)) return;
  const lifted = { ...pause, until: at, lifted: { by, until: pause.until } };
  draft.accounts.set(account, lifted);
  const last = draft.pauses.findLastIndex((one) => one.account === account);
  if (last >= 0) draft.pauses[last] = { account, ...lifted };
}

/** The id that the next session gets: run-1, run-2, … */
export const nextSessionId = ({ sessions }: Sessions): string =>
  `run-${highest(sessions.keys(), /^run-(\d{1,15})$/) + 1}`;

/** The session that was last at work: one that still is, else the one that ended last; undefined where nothing has run. */
export function lastActive({ sessions }: Sessions): SessionState | undefined {
  const all = [...sessions.values()];
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
export const unfinishedSessions = ({ sessions }: Sessions): readonly SessionState[] =>
  [...sessions.values()].filter(
    ({ status }, at, all) =>
      status === "active" || status === "paused" || (status === "failed" && at === all.length - 1),
  );
