/** Drives one session from its start, or from where it was left, to its end. */
import { WerkError } from "@taskwerk/contract/errors";
import type { Task } from "@taskwerk/contract/task";
import { moveIntegration } from "../git/integration.ts";
import type { Driver } from "../journal/driver.ts";
import type { Journal } from "../journal/journal.ts";
import { makeQueue } from "../landing/queue.ts";
import type { RunOptions, Session, SessionStatus } from "../model/run.ts";
import { nextSessionId, type RunState } from "../model/state.ts";
import type { Connection } from "../tasks/connect.ts";
import { makeTasks, type Tasks } from "../tasks/tasks.ts";
import { type Account, accountName, makeAccount } from "./account.ts";
import { type Caps, type Failpoint, placesOf, type RunContext, type RunSettings } from "./context.ts";
import { sessionLimit } from "./heed-limits.ts";
import { landedAnyway } from "./landed-anyway.ts";
import { planOf } from "./plan-metadata.ts";
import type { Preflight } from "./preflight.ts";
import { makePurse, type PastAttempt } from "./purse.ts";
import { recover } from "./recover.ts";
import { clonesAtOnce } from "./room.ts";
import { type RunEnd, runLoop } from "./run.ts";
import { agentKind, capabilityKind } from "./schedule.ts";
import { makePool, type Pool } from "./slots.ts";
import { sweepLeftovers } from "./sweep-leftovers.ts";

export interface DriveWish {
  readonly journal: Journal;
  readonly connection: Connection;
  readonly preflight: Preflight;
  readonly settings: RunSettings;
  readonly otherAgent: RunContext["otherAgent"];
  readonly splitTask: RunContext["splitTask"];
  readonly secrets: readonly string[];
  readonly stateDir: string;
  /** A new session with these options, or the id of one to go on with. */
  readonly session:
    | { readonly kind: "new"; readonly options: RunOptions }
    | { readonly kind: "resume"; readonly id: string; readonly options: Partial<RunOptions> };
  /** Which tasks it may touch. */
  readonly wants: (task: Task) => boolean;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly failpoint: (name: Failpoint) => void;
  readonly onDefect: (error: unknown) => void;
  /** Told once the session is written down. */
  readonly onStart: (session: Session) => void;
  /** Aborted at the first interruption. */
  readonly interrupted: AbortSignal;
}

export interface Driven {
  readonly session: string;
  readonly end: RunEnd;
}

/** Throws SESSION_ACTIVE when another conductor drives this repository. */
export async function drive(wish: DriveWish): Promise<Driven> {
  const { journal, preflight } = wish;
  const claim = await journal.acquireDriver(null);
  if (claim.kind === "held") throw sessionActive(claim.by);
  try {
    const { repository, place } = preflight;
    await moveIntegration(repository, place);
    const session = await beginSession(wish);
    await journal.acquireDriver(session.id);
    wish.onStart(session);
    const control = {
      drain: wish.interrupted,
      stop: new AbortController(),
      park: new AbortController(),
      waitMs: session.options.waitMs,
      until: session.options.until === null ? null : new Date(session.options.until),
    };
    const interrupt = (): void => {
      control.park.abort();
      control.stop.abort();
    };
    wish.interrupted.addEventListener("abort", interrupt, { once: true });
    const state = await journal.state();
    const tasks = makeTasks({ connection: wish.connection, session: session.id, patienceMs: 10 * 60_000 });
    const spent = await spentBefore(wish, state, tasks);
    const accountOf = (name: string, agent?: string): Account =>
      makeAccount({
        name,
        known: state.accounts.get(name),
        longestMs: wish.settings.limitWaitMs,
        until: () => control.until,
        now: wish.now,
        onPause: async (pause) => {
          await journal.append([
            {
              type: "account.paused",
              session: session.id,
              account: name,
              ...(agent !== undefined && { agent }),
              ...pause,
            },
          ]);
        },
      });
    const account = accountOf(accountName(preflight.agentInfo));
    const other = wish.otherAgent === null ? account.name : accountName(await wish.otherAgent.probe());
    const pool = poolFor(preflight.agent.id, session.options.concurrency, wish.settings.caps);
    const context: RunContext = {
      ...wish,
      session,
      tasks,
      repository: preflight.repository,
      confinement: preflight.sandbox.confinement,
      agent: preflight.agent,
      gateSets: preflight.gateSets,
      sharesObjects: preflight.sharing.shares,
      provisions: preflight.provisions,
      makeLockfiles: preflight.makeLockfiles,
      purse: makePurse({
        session: session.id,
        limits: { ...wish.settings.budgets, session: sessionLimit(session.options) },
        places: placesOf(wish.settings.caps, session.options.concurrency),
        priced: preflight.agentInfo.features.usage !== "tokens",
        warnAt: wish.settings.warnAt,
        spent,
        reached: state.budgets,
        now: wish.now,
        onReached: (reached) => {
          journal.append([{ type: "budget.reached", ...reached }]).catch(wish.onDefect);
        },
      }),
      account,
      otherAccount: other === account.name ? account : accountOf(other, wish.otherAgent?.id),
      ports: preflight.ports,
      pool,
      clonesAtOnce: clonesAtOnce(preflight.room, placesOf(wish.settings.caps, session.options.concurrency)),
      gateQueue: makeQueue(wish.settings.gatesAtOnce),
      landingQueue: makeQueue(),
      stop: control.stop.signal,
      park: control.park.signal,
    };
    const { adopted } = await recover(context);
    await sweepLeftovers(context);
    const end = await landedAnyway(context, wish.connection, await runLoop(context, control, adopted));
    wish.interrupted.removeEventListener("abort", interrupt);
    const [status, reason] = statusOf(end);
    await journal.append([
      { type: "session.ended", session: session.id, status, reason, metrics: { ...metricsOf(end) } },
    ]);
    return { session: session.id, end };
  } finally {
    await journal.releaseDriver();
  }
}

/** What attempts of all sessions have spent that a budget of this run counts. */
async function spentBefore({ settings }: DriveWish, state: RunState, tasks: Tasks): Promise<readonly PastAttempt[]> {
  const attempts = [...state.attempts.values()].filter(({ usage }) => usage !== null);
  const { usd, tokens } = settings.budgets.plan;
  // Only where a plan has a budget is it asked which task is of which.
  const all = attempts.length === 0 || (usd === null && tokens === null) ? [] : await tasks.all();
  const plans = new Map(all.map((task) => [task.id, planOf(task)?.id ?? null]));
  return attempts.map(({ id, task, session, usage, endedAt, stageSince }) => ({
    attempt: id,
    task,
    plan: plans.get(task) ?? null,
    session,
    usage,
    at: endedAt ?? stageSince,
  }));
}

function poolFor(agent: string, concurrency: number, caps: Caps): Pool {
  const kinds = [...caps.capabilities].map(([name, most]) => [capabilityKind(name), most] as const);
  return makePool(
    placesOf(caps, concurrency),
    new Map([...(caps.agent === null ? [] : [[agentKind(agent), caps.agent] as const]), ...kinds]),
  );
}

/** The error for a repository that another conductor drives. */
export const sessionActive = ({ pid, session, since }: Driver): WerkError =>
  new WerkError(
    "SESSION_ACTIVE",
    `another conductor (process ${pid}) drives ${session ?? "this repository"} since ${since}`,
    { hint: "Watch it:  conductor status     Stop it:  conductor stop" },
  );

async function beginSession(wish: DriveWish): Promise<Session> {
  const { journal, preflight } = wish;
  if (wish.session.kind === "resume") {
    const known = (await journal.state()).sessions.get(wish.session.id);
    if (known === undefined)
      throw new WerkError("SESSION_NOT_FOUND", `there is no session ${wish.session.id}`, { given: wish.session.id });
    const options = { ...known.options, ...wish.session.options };
    await journal.append([{ type: "session.status", session: known.id, status: "active", reason: null, options }]);
    return { ...known, options };
  }
  const { options } = wish.session;
  const started: { session: Session | null } = { session: null };
  await journal.appendIf((state) => {
    const session: Session = {
      id: nextSessionId(state),
      status: "active",
      reason: null,
      startedAt: wish.now().toISOString(),
      endedAt: null,
      repository: preflight.repository.root,
      target: preflight.target,
      targetCommit: preflight.place.targetCommit,
      integration: preflight.place.ref,
      startCommit: preflight.place.start,
      sandbox: preflight.sandbox.level,
      paidBy: preflight.agentInfo.paidBy,
      options,
    };
    started.session = session;
    return [{ type: "session.started", session }];
  });
  const session = started.session!;
  await journal.append(
    preflight.baseline.map((receipt) => ({ type: "gate.judged", attempt: null, session: session.id, receipt })),
  );
  return session;
}

function statusOf(end: RunEnd): readonly [SessionStatus, string | null] {
  switch (end.kind) {
    case "finished":
      return ["completed", end.unlanded > 0 ? `${end.unlanded} not landed` : null];
    case "waiting":
      return ["paused", waitsFor(end)];
    case "stopped":
    case "budget":
    case "limited":
      return ["paused", end.reason];
    case "time-up":
      return ["paused", "its time is up"];
    case "refused":
    case "failing":
      return ["failed", end.reason];
    default: {
      const unknown: never = end;
      throw new Error(`unknown end ${JSON.stringify(unknown)}`);
    }
  }
}

const waitsFor = ({ decisions, aside = [] }: Extract<RunEnd, { readonly kind: "waiting" }>): string =>
  decisions.length > 0
    ? `waits for ${decisions.join(", ")}`
    : `${aside.join(", ")} ${aside.length === 1 ? "is" : "are"} put aside`;

const metricsOf = (end: RunEnd): Readonly<Record<string, unknown>> =>
  end.kind === "finished" ? { landed: end.landed, unlanded: end.unlanded } : { end: end.kind };
