/** How it stands now: first whether anything needs a person. Pure. */
import { atExpiry, isOverdue } from "../model/decision-outcome.ts";
import { newestByGate, type Receipt } from "../model/gate.ts";
import { type AttemptState, lastActive, type RunState } from "../model/state.ts";
import { type AtTheEnd, atTheEnd } from "./at-the-end.ts";
import type { ReportFacts } from "./facts.ts";
import { startable } from "./go-on.ts";
import { buildInbox, type Card } from "./inbox.ts";
import { buildReport, type Report } from "./report.ts";
import { STUCK, type TaskReport } from "./task-report.ts";
import { asideIn } from "./task-state.ts";
import { whyStopped } from "./why-stopped.ts";

/**
 * `running`: an agent or a gate is at work. `idle`: it drives and nothing is at work at this moment. `waiting`: only people
 * can move it on. `paused`: by a provider, the budget or the user. `stopped`: it ended before everything landed, and says
 * why. `not-running`: it ended without a word. `finished`: it came to its own end; what did not land has a reason of its own.
 */
export type Mood = "running" | "idle" | "waiting" | "paused" | "stopped" | "not-running" | "finished";

export interface WorkingTask {
  readonly task: string;
  readonly title: string;
  readonly agent: string;
  readonly attempt: number;
  /** How often it was given to an agent, in all attempts. */
  readonly tries: number;
  readonly stage: string;
  readonly sinceMs: number;
  /** Gates that are through in this round, of those of the last; null where none is at it. */
  readonly gates: { readonly passed: number; readonly of: number } | null;
}

export interface AsideTask {
  readonly task: string;
  readonly title: string;
  /** "put aside by ada: why". */
  readonly why: string;
  /** Nobody works on it any more; false while its agent ends its turn. */
  readonly settled: boolean;
  /** Cards that are open about it. */
  readonly cards: readonly string[];
}

export interface Status {
  /** RFC 3339: when it was looked. */
  readonly now: string;
  readonly session: Report["session"];
  readonly plan: Report["plan"];
  readonly mood: Mood;
  /** Why it is in this mood, in words; null when it needs none. */
  readonly why: string | null;
  /** When the provider takes requests again, RFC 3339; null where no account is paused. */
  readonly pausedUntil: string | null;
  /** What it will have cost and when it will be over; null where it does not go on, or nothing has landed yet. */
  readonly atTheEnd: AtTheEnd | null;
  readonly counts: Report["counts"];
  /** Of those that are to go: how many wait behind one that failed or is blocked. */
  readonly behind: number;
  /** The newest event of the journal that is counted in it. */
  readonly seq: number;
  /** When the journal last heard of it, RFC 3339. */
  readonly heardAt: string | null;
  /** Trees of this session that were saved of work that got no further. */
  readonly saved: number;
  readonly cards: readonly Card[];
  readonly working: readonly WorkingTask[];
  readonly failed: readonly TaskReport[];
  /** Tasks that are not begun although nothing has to land before them, each with why in `claim` or `held`. */
  readonly held: readonly TaskReport[];
  /** Tasks that a person has put aside: who, and why. */
  readonly aside: readonly AsideTask[];
  /** What to type so that it goes on, in order; empty while it is driven and when nothing can. */
  readonly next: readonly string[];
  /** Those of this session, newest first, at most five. */
  readonly landedLast: readonly TaskReport[];
  readonly requirements: { readonly proven: number; readonly total: number } | null;
  readonly costs: Report["costs"];
  readonly tests: Report["tests"];
  readonly coverage: Report["coverage"];
  readonly outcome: Report["outcome"];
  readonly exit: number;
}

const LANDED_SHOWN = 5;
const DONE: ReadonlySet<TaskReport["state"]> = new Set(["landed", "done", "cancelled"]);

/** The status of a session, the newest when none is named; null when nothing has ever run. Throws SESSION_NOT_FOUND. */
export function buildStatus(state: RunState, facts: ReportFacts, sessionId?: string): Status | null {
  const id = sessionId ?? lastActive(state)?.id;
  if (id === undefined) return null;
  return statusOf(state, buildReport(state, id, facts), facts, sessionId);
}

/** The same from a report that is there already. `only`: cards of this session and no other. */
export function statusOf(state: RunState, report: Report, facts: ReportFacts, only?: string): Status {
  const { session, plan, counts, requirements, costs, tests, coverage, outcome, exit, tasks, next } = report;
  const { cards } = buildInbox(state, facts, only === undefined ? {} : { session: only });
  const working = facts.driven ? workingTasks(state, tasks, facts.now) : [];
  return {
    session,
    plan,
    now: facts.now,
    pausedUntil: pauseOf(state, report, facts.now)?.until ?? null,
    atTheEnd: facts.driven && session.endedAt === null ? atTheEnd(state, report, facts) : null,
    ...moodOf(state, report, { working: working.length, cards: cards.length, at: facts.now }),
    counts,
    behind: behindStuck(tasks),
    seq: state.seq,
    heardAt: state.at,
    saved: report.salvage.length,
    cards,
    working,
    held: tasks.filter(({ claim, held }) => claim !== null || held !== null),
    aside: tasks
      .filter((one) => one.aside && !DONE.has(one.state))
      .map(({ id, title, state: word, waitsFor }) => ({
        task: id,
        title,
        why: asideIn(state, id) ?? "put aside",
        settled: word === "paused",
        cards: waitsFor,
      })),
    failed: tasks.filter((one) => STUCK.has(one.state) || one.cure !== null),
    next,
    landedLast: tasks
      .filter((task) => task.landed?.session === session.id)
      .sort((a, b) => (a.landed!.at < b.landed!.at ? 1 : -1))
      .slice(0, LANDED_SHOWN),
    requirements:
      requirements === null
        ? null
        : { proven: requirements.filter((one) => one.state === "proven").length, total: requirements.length },
    costs,
    tests,
    coverage,
    outcome,
    exit,
  };
}

function workingTasks(state: RunState, tasks: readonly TaskReport[], now: string): readonly WorkingTask[] {
  return tasks
    .filter((task) => task.state === "working")
    .flatMap((task) => {
      const attempt = [...state.attempts.values()].findLast((one) => one.task === task.id);
      if (attempt === undefined) return [];
      const { agent, n, stage, stageSince } = attempt;
      const sinceMs = Math.max(0, Date.parse(now) - Date.parse(stageSince));
      return [
        {
          task: task.id,
          title: task.title,
          agent,
          attempt: n,
          tries: Math.max(1, task.tries),
          stage,
          sinceMs,
          gates: gatesOf(state, attempt),
        },
      ];
    });
}

interface Pause {
  readonly account: string;
  readonly until: string;
  readonly reason: string;
}

/**
 * The pause that holds the session now, while there is something that it keeps waiting: of the account that pays for it, on
 * which nothing begins, or of another agent's where whatever could go on is in that one's hands.
 */
function pauseOf(state: RunState, { session, tasks }: Pick<Report, "session" | "tasks">, now: string): Pause | null {
  if (tasks.every(({ state: word }) => word === "landed" || word === "done")) return null;
  const all = [...state.accounts]
    .map(([account, pause]) => ({ account, ...pause }))
    .filter((one) => one.session === session.id && Date.parse(one.until) > Date.parse(now));
  const own = all.findLast(({ agent }) => agent === undefined);
  if (own !== undefined) return own;
  const waits = [...state.attempts.values()].some(
    (one) => one.session === session.id && one.endedAt === null && one.stage === "paused-limit",
  );
  const goesOn = tasks.some(
    ({ state: word, after, held, claim }) =>
      word === "working" || (word === "to-go" && after.length === 0 && held === null && claim === null),
  );
  return waits && !goesOn ? (all.at(-1) ?? null) : null;
}

/** The first sentence of what the provider said is kept: the rest is for the log. */
const inWords = ({ account, reason }: Pause): string =>
  `${/overload|\b529\b/i.test(reason) ? "Overloaded" : "Usage limit"} (${account}). No try is charged, nothing else starts on it`;

/** The results of the round that runs, of as many as the base was measured with. */
function gatesOf(state: RunState, { id, session, stage, stageSince }: AttemptState): WorkingTask["gates"] {
  if (stage !== "gating") return null;
  const receipts = (of: string | null): readonly Receipt[] =>
    state.judgements
      .filter((one) => one.session === session && one.attempt === of && (of === null || one.at >= stageSince))
      .flatMap(({ receipt }) => state.receipts.get(receipt) ?? []);
  const all = new Set(newestByGate(receipts(null)).map(({ gate }) => gate));
  const here = newestByGate(receipts(id));
  for (const { gate } of here) all.add(gate);
  return { passed: here.filter(({ result }) => result === "pass").length, of: all.size };
}

const behindStuck = (tasks: readonly TaskReport[]): number => {
  const held = new Set(tasks.filter(({ state }) => STUCK.has(state)).flatMap(({ behind }) => behind));
  return tasks.filter(({ id, state }) => state === "to-go" && held.has(id)).length;
};

const PAUSES = {
  "paused-limit": "by the provider",
  "paused-budget": "others hold what is left of the budget",
  "paused-user": "by you",
} as const;

function moodOf(
  state: RunState,
  { session, counts, tasks }: Report,
  now: { readonly working: number; readonly cards: number; readonly at: string },
): { readonly mood: Mood; readonly why: string | null } {
  const known = state.sessions.get(session.id);
  const stop = known?.stop ?? null;
  if (counts.notLanded === 0 && (session.endedAt !== null || !session.driven)) return { mood: "finished", why: null };
  if (session.driven && session.endedAt === null) {
    const held = session.held.reason;
    const limit = pauseOf(state, { session, tasks }, now.at);
    const limited = limit === null ? null : inWords(limit);
    if (now.working > 0)
      return { mood: "running", why: stop === null ? (limited ?? held) : `${stop.by} asked it to stop` };
    if (limited !== null) return { mood: "paused", why: limited };
    const paused = [...state.attempts.values()]
      .filter((one) => one.session === session.id)
      .findLast((one) => one.stage in PAUSES);
    if (paused !== undefined)
      return { mood: "paused", why: paused.reason ?? PAUSES[paused.stage as keyof typeof PAUSES] };
    if (now.cards > 0) return { mood: "waiting", why: held ?? "only you can move it on" };
    return { mood: "idle", why: "nothing is being worked on at this moment" };
  }
  // What stands behind a card cannot begin either.
  const behindCards = new Set(tasks.filter(({ state: word }) => word === "waiting").flatMap(({ behind }) => behind));
  const left = startable(tasks).some(({ id, state: word }) => word !== "waiting" && !behindCards.has(id));
  if (session.endedAt === null && session.status === "active")
    return { mood: "not-running", why: "conductor ended without a word" };
  if (now.cards > 0 && session.held.reason !== null) return { mood: "waiting", why: session.held.reason };
  const overdue = [...state.decisions.values()].some(
    (one) => isOverdue(one, new Date(now.at)) && atExpiry(one) !== "park",
  );
  if (overdue && !left) return { mood: "stopped", why: "nobody answered in time, and a run goes on without that" };
  if (now.cards > 0 && !left) return { mood: "waiting", why: "only you can move it on" };
  // It came to its own end; what it could not do has its reason.
  if (session.status === "completed") return { mood: "finished", why: null };
  return { mood: "stopped", why: known === undefined ? null : whyStopped(state, known) };
}
