/** The end of a run that was to stop before its time, and had nothing left to do by then. */
import { isWerkError } from "@taskwerk/contract/errors";
import type { Connection } from "../tasks/connect.ts";
import { makeTasks } from "../tasks/tasks.ts";
import { closeParent } from "./close-parent.ts";
import type { RunContext } from "./context.ts";
import { finishedEnd, type RunEnd, readyTasks } from "./run.ts";

/**
 * `finished` where every task that it may touch is closed, whatever it was told meanwhile: a resume would find nothing to do.
 * A taskwerk that is away is not waited for; the end is the one that it came to.
 */
export async function landedAnyway(run: RunContext, connection: Connection, end: RunEnd): Promise<RunEnd> {
  if (end.kind === "finished" || end.kind === "waiting") return end;
  const context = { ...run, tasks: makeTasks({ connection, session: run.session.id, patienceMs: 0 }) };
  let known: RunEnd = end;
  try {
    const finished = await finishedEnd(context);
    if (finished.unlanded > 0) return end;
    known = finished;
    await closeParents(context);
  } catch (error) {
    // Whatever goes wrong here, the session has ended and says so.
    if (!isWerkError(error)) run.onDefect(error);
  }
  return known;
}

/** What the loop does with each that is ready, and did not do any more. To close one may make the one above it ready. */
async function closeParents(context: RunContext): Promise<void> {
  const closed = new Set<string>();
  for (;;) {
    const parents = (await readyTasks(context, closed)).filter(({ children }) => children.length > 0);
    if (parents.length === 0) return;
    for (const parent of parents) {
      closed.add(parent.id);
      await closeParent(context, parent);
    }
  }
}
