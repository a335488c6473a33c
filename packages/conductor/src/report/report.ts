/** The report of one session: a fold over the journal and the facts handed in. Every figure follows from them. Pure. */
import { EXIT, WerkError } from "@taskwerk/contract/errors";
import type { Decision } from "../model/decision.ts";
import { WAYS_TO_BEGIN } from "../model/first-run.ts";
import { costOfPlannings, type PlanningCost } from "../model/planning.ts";
import type { Session } from "../model/run.ts";
import type { AttemptState, Held, LoopState, RunState, SalvageState, SessionState } from "../model/state.ts";
import { type Assumption, assumptionsOf } from "./assumptions.ts";
import { type Costs, costsOf } from "./costs.ts";
import type { GitAudit, ReportFacts } from "./facts.ts";
import { type Flow, flowOf } from "./flow.ts";
import { goOn, startable } from "./go-on.ts";
import { type Group, groupsOf } from "./groups.ts";
import { type Measured, measuredOf } from "./measured.ts";
import { type Need, needsOf } from "./needs.ts";
import { type People, peopleOf } from "./people.ts";
import { type TakenBack, takenBackOf } from "./taken-back.ts";
import { type TaskReport, taskReport } from "./task-report.ts";
import { type TaskStateWord, taskStates } from "./task-state.ts";
import { type RequirementTrace, traceRequirements } from "./trace.ts";
import { whyStopped } from "./why-stopped.ts";

export interface Report {
  readonly session: Omit<Session, "options"> & {
    readonly agent: string;
    readonly budgetUsd: number | null;
    /** All kinds of tokens together; null = no limit. */
    readonly budgetTokens: number | null;
    readonly until: string | null;
    readonly durationMs: number;
    /** What it did not begin although it was ready, and why. */
    readonly held: Held;
    readonly driven: boolean;
    readonly targetNow: string | null;
    readonly tip: string | null;
  };
  readonly plan: { readonly id: string; readonly sourceFile: string } | null;
  /** `total` leaves out what was done before this session and what was cancelled. */
  readonly counts: {
    readonly total: number;
    readonly landed: number;
    readonly before: number;
    readonly notLanded: number;
    readonly byState: Readonly<Partial<Record<TaskStateWord, number>>>;
  };
  /** What to type so that what is left gets done, in order; nothing while it is driven. */
  readonly next: readonly string[];
  /** What the reader has to do, most urgent first. */
  readonly needs: readonly Need[];
  readonly tasks: readonly TaskReport[];
  /** What it had landed and an undo has taken back, also what has landed anew since. */
  readonly takenBack: readonly TakenBack[];
  /** Features, each with how much of it has landed. */
  readonly groups: readonly Group[];
  /** null = there is no plan to hold it against. */
  readonly requirements: readonly RequirementTrace[] | null;
  readonly gates: {
    /** Judgements other than baselines. */
    readonly runs: number;
    readonly red: number;
    readonly notRun: number;
    /** Landed tasks whose first gates were green, and those that needed more. */
    readonly firstTimeGreen: number;
    readonly afterRework: number;
    /** Rounded down; null when nothing landed. */
    readonly firstPassPercent: number | null;
    readonly reworkRounds: number;
  };
  readonly tests: Measured["tests"];
  readonly coverage: Measured["coverage"];
  readonly loops: readonly LoopState[];
  /** Attempts that were cut off, by a stop or a crash, and taken up again or not. */
  readonly interrupted: number;
  readonly salvage: readonly SalvageState[];
  readonly decisions: readonly Decision[];
  readonly people: People;
  readonly assumptions: readonly Assumption[];
  readonly costs: Costs;
  /** What planning it had used by its end, and is not in `costs`; null where no model was asked, or nobody knows. */
  readonly planning: PlanningCost | null;
  readonly flow: Flow;
  readonly git: GitAudit | null;
  /** `working`: somebody or something is at it. `waiting`: only people can move it on. */
  readonly outcome: "complete" | "incomplete" | "waiting" | "working";
  /** The exit code that fits: 0, 14, 11; 0 while it works. */
  readonly exit: number;
}

/** Builds the report. Throws SESSION_NOT_FOUND with the ids there are. */
export function buildReport(state: RunState, sessionId: string, facts: ReportFacts): Report {
  const session = sessionIn(state, sessionId);
  const tasks = taskStates(state, facts);
  const attempts = [...state.attempts.values()].filter((one) => one.session === sessionId);
  const decisions = [...state.decisions.values()].filter((one) => one.session === sessionId);
  const requirements = facts.plan === null ? null : traceRequirements(facts.plan, state, tasks);
  const reports = tasks.map((task) => taskReport(state, task, tasks, facts.git));
  const counts = countsOf(reports, sessionId);
  const costs = costsOf(attempts, counts.landed);
  const outcome = outcomeOf(reports, facts.driven, counts.notLanded, mayBeMore(session, facts));
  const assumptions = assumptionsOf(decisions, facts.plan);
  const next = facts.driven || counts.notLanded === 0 ? [] : goOn(state, session, reports);
  const plan = planOf(state, facts);
  const { options, stop: _stop, metrics: _metrics, ...plain } = session;
  return {
    session: {
      ...plain,
      agent: options.agent,
      budgetUsd: options.budgetUsd,
      budgetTokens: options.budgetTokens ?? null,
      until: options.until,
      durationMs: Math.max(0, Date.parse(endOf(session, state, facts)) - Date.parse(session.startedAt)),
      driven: facts.driven,
      targetNow: facts.git?.target ?? null,
      tip: facts.git?.integration ?? null,
    },
    plan,
    counts,
    next,
    needs: needsOf({
      session,
      why: whyStopped(state, session),
      next,
      tasks: reports,
      requirements,
      assumptions,
      git: facts.git,
      driven: facts.driven,
    }),
    tasks: reports,
    takenBack: takenBackOf(state, sessionId),
    groups: groupsOf(facts.tasks, reports),
    requirements,
    gates: gatesOf(state, sessionId, attempts, reports),
    ...measuredOf(state, session, reports, facts),
    loops: state.loops.filter(({ attempt }) => state.attempts.get(attempt)?.session === sessionId),
    interrupted: attempts.filter(({ stage }) => stage === "interrupted").length,
    salvage: state.salvage.filter(({ attempt }) => state.attempts.get(attempt)?.session === sessionId),
    decisions,
    people: peopleOf(decisions, state, {
      ...{ from: session.startedAt, until: endOf(session, state, facts), now: facts.now },
    }),
    assumptions,
    costs,
    planning: planningOf(state, plan, endOf(session, state, facts)),
    flow: flowOf(state, session, reports, facts),
    git: facts.git,
    outcome,
    exit: EXIT_OF[outcome],
  };
}

/** The exit code that fits how a run stands, whoever says it. */
const EXIT_OF = {
  complete: EXIT.ok,
  incomplete: EXIT.incomplete,
  waiting: EXIT.waiting,
  working: EXIT.ok,
} as const satisfies Record<Report["outcome"], number>;

function sessionIn(state: RunState, id: string): SessionState {
  const session = state.sessions.get(id);
  if (session !== undefined) return session;
  const candidates = [...state.sessions.keys()];
  throw new WerkError("SESSION_NOT_FOUND", `There is no session ${id}.`, {
    hint: candidates.length === 0 ? WAYS_TO_BEGIN : `The newest is ${candidates.at(-1)}: conductor report`,
    given: id,
    candidates,
  });
}

/** When it ended; while it is driven, now; else when the journal last heard of it. */
const endOf = (session: SessionState, state: RunState, facts: ReportFacts): string =>
  session.endedAt ?? (facts.driven ? facts.now : (state.at ?? facts.now));

function planOf(state: RunState, { plan }: ReportFacts): Report["plan"] {
  const saved = plan === null ? [...state.plans.values()].at(-1) : state.plans.get(plan.id);
  if (saved !== undefined) return { id: saved.id, sourceFile: saved.sourceFile };
  return plan === null ? null : { id: plan.id, sourceFile: plan.sources.map(({ path }) => path).join(", ") };
}

/** That of the plan, and what came to nothing before it. */
function planningOf(state: RunState, plan: Report["plan"], end: string): PlanningCost | null {
  if (plan === null) return null;
  return costOfPlannings(
    state.plannings.filter(
      (one) =>
        Date.parse(one.at) <= Date.parse(end) &&
        (one.plan === plan.id || (one.plan === null && one.sourceFile === plan.sourceFile)),
    ),
  );
}

function countsOf(tasks: readonly TaskReport[], session: string): Report["counts"] {
  const byState: Partial<Record<TaskStateWord, number>> = {};
  for (const { state } of tasks) byState[state] = (byState[state] ?? 0) + 1;
  const before = tasks.filter(
    (task) => task.state === "done" || (task.landed !== null && task.landed.session !== session),
  ).length;
  const landed = tasks.filter((task) => task.landed?.session === session).length;
  const total = tasks.length - before - (byState.cancelled ?? 0);
  return { total, landed, before, notLanded: total - landed, byState };
}

/** Without taskwerk only tasks that were begun are known: what the session itself said of its end tells whether there are others. */
const mayBeMore = ({ endedAt, metrics }: SessionState, { tasks, driven }: ReportFacts): boolean =>
  tasks === null && !driven && (endedAt === null || Number(metrics.unlanded ?? 0) > 0);

function outcomeOf(tasks: readonly TaskReport[], driven: boolean, notLanded: number, more: boolean): Report["outcome"] {
  if (notLanded === 0) return more ? "incomplete" : "complete";
  if (tasks.some(({ state }) => state === "working")) return "working";
  if (tasks.some(({ state }) => state === "waiting")) return "waiting";
  if (driven && tasks.some(({ state }) => state === "to-go")) return "working";
  // What people have put aside goes on when they say so, as what waits for their answer does.
  return tasks.some(({ aside, state }) => aside && state === "paused") && startable(tasks).length === 0
    ? "waiting"
    : "incomplete";
}

function gatesOf(
  state: RunState,
  session: string,
  attempts: readonly AttemptState[],
  tasks: readonly TaskReport[],
): Report["gates"] {
  const judged = state.judgements
    .filter((one) => one.session === session)
    .map((one) => state.receipts.get(one.receipt))
    .filter((one) => one !== undefined)
    .filter(({ phase }) => phase !== "baseline");
  const landed = tasks.filter((task) => task.landed?.session === session);
  const first = landed.filter((task) => task.reds === 0).length;
  return {
    runs: judged.length,
    red: judged.filter(({ result }) => result === "fail" || result === "error").length,
    notRun: judged.filter(({ result }) => result === "not-run").length,
    firstTimeGreen: first,
    afterRework: landed.length - first,
    firstPassPercent: landed.length === 0 ? null : Math.floor((first * 100) / landed.length),
    reworkRounds: attempts.reduce((sum, one) => sum + one.reds, 0),
  };
}
