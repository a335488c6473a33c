/** What to type so that what is left gets done: it has to work as it is written. Pure. */
import { attemptsOf, lastActive, type RunState, type SessionState, unfinishedSessions } from "../model/state.ts";
import { wantsOf } from "../model/wants-of.ts";
import { STUCK, type TaskReport } from "./task-report.ts";

/**
 * The commands, in order: what makes stuck tasks free where nothing else is left, then the resume, or a run like the
 * last one. Nothing when no run could do anything.
 */
export function goOn(
  state: RunState,
  session: SessionState,
  tasks: readonly (Pick<TaskReport, "id" | "state" | "behind" | "cure" | "held"> &
    Partial<Pick<TaskReport, "aside">>)[],
): readonly string[] {
  const resumable = unfinishedSessions(state).some(({ id }) => id === session.id);
  const cures = tasks.filter(({ cure }) => cure !== null).map(({ id }) => id);
  const again = againLine(state, session);
  if (startable(tasks).length > 0) return withCheck(session, again);
  const aside = tasks.filter((task) => task.aside === true).map(({ id }) => `conductor continue ${id}`);
  if (aside.length > 0) return [...aside, ...(resumable ? [again] : [])];
  if (cures.length > 0) return [`conductor unblock ${cures.join(" ")}`, again];
  return resumable ? [again] : [];
}

/**
 * What has the work taken up where nothing drives: as above, or the first run where there was none. `about`: tasks that it has to
 * reach, also where the last run was told to do others only.
 */
export function takeUp(state: RunState, about: readonly string[] = []): readonly string[] {
  const session = lastActive(state);
  if (session === undefined) return [FIRST_RUN];
  const again = about.every((id) => isReached(state, session, id))
    ? againLine(state, session)
    : runLine({ ...session, options: { ...session.options, tasks: about.join(",") } });
  return withCheck(session, again);
}

/** It was told to do this task, or all there are, or it has begun it. */
const isReached = (state: RunState, { id: session, options }: SessionState, task: string): boolean =>
  wantsOf(options.tasks)({ id: task }) || attemptsOf(state, task, session).length > 0;

/** The first run of tasks that are there already; a run without a person needs a limit. */
export const FIRST_RUN = "conductor run --auto --budget 5";

/** A credential that was refused is mended first, and only then is it asked again. */
const withCheck = ({ metrics }: SessionState, again: string): readonly string[] =>
  metrics.end === "refused" ? ["conductor doctor", again] : [again];

/** The resume of a session that is not finished, else a run like it. */
function againLine(state: RunState, session: SessionState): string {
  const unfinished = unfinishedSessions(state);
  return unfinished.some(({ id }) => id === session.id)
    ? resumeLine(session, unfinished.at(-1)?.id === session.id)
    : runLine(session);
}

/** Tasks that a run could take or go on with now, or after others that it can take. */
export function startable<
  T extends Pick<TaskReport, "id" | "state" | "behind" | "cure" | "held"> & Partial<Pick<TaskReport, "aside">>,
>(tasks: readonly T[]): readonly T[] {
  const stuck = new Set(
    tasks
      .filter(({ state, cure, held, aside }) => STUCK.has(state) || cure !== null || held !== null || aside === true)
      .flatMap(({ behind }) => behind),
  );
  return tasks.filter(
    ({ id, state, cure, held, aside }) =>
      OPEN.has(state) && cure === null && held === null && aside !== true && !stuck.has(id),
  );
}

const OPEN: ReadonlySet<TaskReport["state"]> = new Set(["to-go", "interrupted", "paused", "waiting", "working"]);

/** A run with the flags of this one. */
function runLine({ options, sandbox }: Pick<SessionState, "options" | "sandbox">): string {
  const { agent, auto, budgetUsd, maxTasks, requireTests, tasks } = options;
  return [
    "conductor run",
    ...(auto ? ["--auto"] : []),
    `--agent ${agent}`,
    ...(budgetUsd === null ? [] : [`--budget ${budgetUsd}`]),
    ...(options.budgetTokens ? [`--budget-tokens ${options.budgetTokens}`] : []),
    ...limitOf(options),
    ...(maxTasks === null ? [] : [`--max-tasks ${maxTasks}`]),
    ...(tasks === "" || tasks === "todo" ? [] : [`--tasks ${tasks.replaceAll(" ", "")}`]),
    ...(requireTests ? ["--require-tests"] : []),
    ...unconfined(sandbox),
  ].join(" ");
}

/** It keeps its options, but the time until which it may run, and what was allowed once. */
function resumeLine({ id, options, sandbox, metrics }: SessionState, newest: boolean): string {
  const used = metrics.end === "budget";
  return [
    "conductor resume",
    ...(newest ? [] : [id]),
    ...(used && options.budgetUsd !== null ? [`--add ${options.budgetUsd}`] : []),
    ...(used && options.budgetUsd === null && options.budgetTokens ? [`--add-tokens ${options.budgetTokens}`] : []),
    ...limitOf(options),
    ...unconfined(sandbox),
  ].join(" ");
}

/** A run without a person needs a limit. */
const limitOf = ({ auto, budgetUsd, budgetTokens }: SessionState["options"]): readonly string[] =>
  auto && budgetUsd === null && !budgetTokens ? ["--until 2h"] : [];

const unconfined = (sandbox: SessionState["sandbox"]): readonly string[] =>
  sandbox === "full" ? [] : ["--allow-unsandboxed"];
