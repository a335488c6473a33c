/** What was found out about a run, as its report takes it. */
import { lastActive, type RunState, type SessionState } from "../model/state.ts";
import { wantsOf } from "../model/wants-of.ts";
import type { GitAudit, ReportFacts, TaskFacts } from "../report/facts.ts";

/** What has to be asked for, or was kept since it was. */
export interface Found {
  /** Null where taskwerk could not be asked. */
  readonly tasks: readonly TaskFacts[] | null;
  readonly plan: ReportFacts["plan"];
  readonly git: GitAudit | null;
  readonly lostTests?: ReportFacts["lostTests"];
  readonly driven: boolean;
}

/** What was found as the facts of a report about `session`. */
export const factsFrom = (
  state: RunState,
  session: SessionState | undefined,
  { tasks, plan, git, lostTests = null, driven }: Found,
  now: Date,
): ReportFacts => ({
  now: now.toISOString(),
  tasks: tasks === null ? null : tasks.map((task) => withLiveClaim(task, now)),
  among: session === undefined || tasks === null ? null : amongOf(state, session, tasks),
  plan,
  git,
  lostTests,
  driven,
});

/** What was kept may be older than the end of a claim. */
export const withLiveClaim = <T extends Pick<TaskFacts, "claim">>(task: T, now: Date): T =>
  task.claim && Date.parse(task.claim.lease_until) <= now.getTime() ? { ...task, claim: null } : task;

/** The tasks that a session was about: those it was told to do and those it has worked on. null = all there are. */
export function amongOf(
  state: RunState,
  session: SessionState,
  tasks: readonly Pick<TaskFacts, "id">[],
): ReadonlySet<string> | null {
  const { tasks: wanted } = session.options;
  if (wanted === "" || wanted === "todo") return null;
  const wants = wantsOf(wanted);
  const tried = [...state.attempts.values()].filter((one) => one.session === session.id).map(({ task }) => task);
  return new Set([...tasks.filter(wants).map(({ id }) => id), ...tried]);
}

/** The session that is spoken of: the one named, else the one that was last at work. */
export const spokenOf = (state: RunState, about?: string): SessionState | undefined =>
  about === undefined ? lastActive(state) : state.sessions.get(about);
