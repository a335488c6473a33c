/** All that a screen shows of a run at one moment: built as often as something happened, so that a key costs nothing. Pure. */
import { lastActive, type RunState } from "../model/state.ts";
import type { ReportFacts } from "./facts.ts";
import type { Forecast } from "./forecast.ts";
import { type LiveRow, wordsOfTask } from "./live.ts";
import { buildReport, type Report } from "./report.ts";
import { type Status, statusOf } from "./status.ts";
import type { TaskReport } from "./task-report.ts";
import { taskStates } from "./task-state.ts";
import { taskTree } from "./task-tree.ts";

/** A task in its place in the tree of what waits for what. */
export interface LookTask extends TaskReport {
  readonly depth: number;
  /** Where it stands, in a few words. */
  readonly word: LiveRow;
  /** Who is or was at it; null when nobody was. */
  readonly agent: string | null;
  /** Ids of its attempts, oldest first. */
  readonly attemptIds: readonly string[];
  /** Its newest attempt is not over. */
  readonly isOpen: boolean;
}

export interface Look {
  /** RFC 3339. */
  readonly now: string;
  readonly state: RunState;
  /** Null where nothing has run yet; then there are no tasks either. */
  readonly run: { readonly status: Status; readonly report: Report; readonly forecast: Forecast | null } | null;
  /** In the order of the tree. */
  readonly tasks: readonly LookTask[];
}

/** Looks at a session, at the one last at work when none is named. Throws SESSION_NOT_FOUND. */
export function buildLook(
  state: RunState,
  facts: ReportFacts,
  { session, forecast }: { readonly session: string | null; readonly forecast: Forecast | null },
): Look {
  const id = session ?? lastActive(state)?.id;
  if (id === undefined) return { now: facts.now, state, run: null, tasks: [] };
  const report = buildReport(state, id, facts);
  const status = statusOf(state, report, facts, session ?? undefined);
  const reports = new Map(report.tasks.map((task) => [task.id, task]));
  const inOrder = taskStates(state, facts).toSorted((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
  const tasks = taskTree(inOrder).map(({ task, depth }): LookTask => {
    const last = task.attempts.at(-1);
    return {
      ...reports.get(task.id)!,
      depth,
      word: wordsOfTask(state, task),
      agent: last?.agent ?? null,
      attemptIds: task.attempts.map((one) => one.id),
      isOpen: last !== undefined && last.endedAt === null,
    };
  });
  return { now: facts.now, state, run: { status, report, forecast }, tasks };
}
