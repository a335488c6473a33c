import { WerkError } from "@taskwerk/contract/errors";
import type { Reader } from "@taskwerk/sqlite/database";
import { countDependency } from "./counters.ts";
import { emit, logChange, type Op } from "./op.ts";
import type { TaskRow } from "./task-row.ts";
import { beginningOf, endOf, waitPath, waitsFor } from "./wait-graph.ts";

/**
 * Makes `task` depend on `blocker`. False when it does already. Throws HIERARCHY_CONFLICT for a task and one above it,
 * DEPENDENCY_CYCLE (with the path) when one would then wait for itself.
 */
export async function addDependency(op: Op, task: TaskRow, blocker: TaskRow): Promise<boolean> {
  const { tx } = op;
  if (task.seq === blocker.seq) throw cycle([task.id, task.id]);
  if (await tx.get("select 1 from deps where task = ? and blocker = ?", [task.seq, blocker.seq])) return false;
  await checkKin(tx, task, blocker);
  const [from, to] = [endOf(blocker.seq), beginningOf(task.seq)];
  if (await waitsFor(tx, from, to)) throw cycle([task.id, ...(await waitPath(tx, from, to))]);
  await tx.run("insert into deps (task, blocker) values (?, ?)", [task.seq, blocker.seq]);
  await countDependency(op, task, blocker, 1);
  logChange(op, "dep", task.uid, null, { depends_on: blocker.uid });
  emit(op, "task.dep_added", task.id, { before: null, after: { depends_on: blocker.id } });
  op.touched.add(task.seq);
  return true;
}

/** Takes a dependency away. False when there is none. */
export async function removeDependency(op: Op, task: TaskRow, blocker: TaskRow): Promise<boolean> {
  const gone = await op.tx.run("delete from deps where task = ? and blocker = ?", [task.seq, blocker.seq]);
  if (gone === 0) return false;
  await countDependency(op, task, blocker, -1);
  logChange(op, "dep", task.uid, { depends_on: blocker.uid }, null);
  emit(op, "task.dep_removed", task.id, { before: { depends_on: blocker.id }, after: null });
  op.touched.add(task.seq);
  return true;
}

/** The error for tasks that wait for each other in a ring; the first of the path is also its last. */
export function cycle(path: readonly string[]): WerkError {
  const alone = path.length === 2 && path[0] === path[1];
  return new WerkError(
    "DEPENDENCY_CYCLE",
    alone ? `${path[0]} cannot wait for itself.` : `that closes a cycle: ${path.join(" -> ")}.`,
    {
      hint: alone
        ? "Name another task, or leave that dependency out."
        : "Each waits for the next one. Leave one of these dependencies out.",
      details: { path },
    },
  );
}

async function checkKin(reader: Reader, task: TaskRow, blocker: TaskRow): Promise<void> {
  const above = async (low: TaskRow, high: TaskRow): Promise<boolean> =>
    low.depth > high.depth &&
    (await reader.get(
      `with recursive up (seq) as (
         select parent from tasks where seq = ? union all select t.parent from tasks t join up on t.seq = up.seq
       )
       select 1 from up where seq = ? limit 1`,
      [low.seq, high.seq],
    )) !== undefined;
  const [low, high] = (await above(task, blocker)) ? [task, blocker] : [blocker, task];
  if (low === blocker && !(await above(blocker, task))) return;
  throw new WerkError("HIERARCHY_CONFLICT", `${low.id} is a part of ${high.id}: neither can depend on the other.`, {
    hint: `${high.id} waits for all of its parts anyway.`,
    details: { ancestor: high.id, descendant: low.id },
  });
}
