import { WerkError } from "@taskwerk/contract/errors";
import type { Reader } from "@taskwerk/sqlite/database";
import { distinctSteps } from "../core/graph.ts";
import { countDependency } from "./counters.ts";
import { emit, logChange, type Op } from "./op.ts";
import type { TaskRow } from "./task-row.ts";

/**
 * Makes `task` depend on `blocker`. False when it does already. Throws HIERARCHY_CONFLICT for a task and one above it,
 * DEPENDENCY_CYCLE (with the path) when one would then wait for itself.
 */
export async function addDependency(op: Op, task: TaskRow, blocker: TaskRow): Promise<boolean> {
  const { tx } = op;
  if (task.seq === blocker.seq) throw cycle([task.id, task.id]);
  if (await tx.get("select 1 from deps where task = ? and blocker = ?", [task.seq, blocker.seq])) return false;
  await checkKin(tx, task, blocker);
  if (await waitsFor(tx, blocker.seq, task.seq)) {
    const path = await waitPath(tx, blocker.seq, task.seq);
    throw cycle([task.id, ...path]);
  }
  await tx.run("insert into deps (task, blocker) values (?, ?)", [task.seq, blocker.seq]);
  await countDependency(op, task, blocker, 1);
  logChange(op, "dep", task.uid, null, { depends_on: blocker.uid });
  emit(op, "task.dep_added", task.id, { depends_on: blocker.id });
  op.touched.add(task.seq);
  return true;
}

/** Takes a dependency away. False when there is none. */
export async function removeDependency(op: Op, task: TaskRow, blocker: TaskRow): Promise<boolean> {
  const gone = await op.tx.run("delete from deps where task = ? and blocker = ?", [task.seq, blocker.seq]);
  if (gone === 0) return false;
  await countDependency(op, task, blocker, -1);
  logChange(op, "dep", task.uid, { depends_on: blocker.uid }, null);
  emit(op, "task.dep_removed", task.id, { depends_on: blocker.id });
  op.touched.add(task.seq);
  return true;
}

/** The error for tasks that wait for each other in a ring; the first of the path is also its last. */
export const cycle = (path: readonly string[]): WerkError =>
  new WerkError("DEPENDENCY_CYCLE", `that closes a cycle: ${path.join(" -> ")}.`, {
    hint: "Each waits for the next one. Leave one of these dependencies out.",
    details: { path },
  });

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

/**
 * What waits for what, as steps between the beginning (0) and the end (1) of tasks: an end waits for its own beginning
 * and for its children's ends, a beginning for the ends of what it depends on and for its parent's beginning.
 */
const REACH = `
with recursive reach (seq, fin) as (
  select value, 1 from json_each(?)
  union select seq, 0 from reach where fin = 1
  union select d.blocker, 1 from reach r join deps d on d.task = r.seq where r.fin = 0
  union select t.parent, 0 from reach r join tasks t on t.seq = r.seq where r.fin = 0 and t.parent is not null
  union select c.seq, 1 from reach r join tasks c on c.parent = r.seq where r.fin = 1
)
select 1 from reach where seq = ? and fin = ? limit 1`;

/** True when the end of `from` waits, over whatever way, for the beginning of `to`. */
const waitsFor = async (reader: Reader, from: number, to: number): Promise<boolean> =>
  (await reader.get(REACH, [JSON.stringify([from]), to, 0])) !== undefined;

/** The parents among these, with the children given, whose end would wait for itself. */
export async function parentsInCycles(
  reader: Reader,
  children: ReadonlyMap<number, readonly number[]>,
): Promise<readonly number[]> {
  const found: number[] = [];
  for (const [parent, below] of children) {
    if (await reader.get(REACH, [JSON.stringify(below), parent, 1])) found.push(parent);
  }
  return found;
}

/** The display ids on the shortest way on which the end of `from` waits for `to`; both ends included. */
export async function waitPath(reader: Reader, from: number, to: number, toEnd = false): Promise<readonly string[]> {
  const key = (seq: number, fin: number): number => seq * 2 + fin;
  const came = new Map<number, number | null>([[key(from, 1), null]]);
  const queue = [key(from, 1)];
  const goal = key(to, toEnd ? 1 : 0);
  for (let node = queue.shift(); node !== undefined && node !== goal; node = queue.shift()) {
    for (const next of await steps(reader, node)) {
      if (came.has(next)) continue;
      came.set(next, node);
      queue.push(next);
    }
  }
  const seqs: number[] = [];
  for (let node: number | null | undefined = goal; node !== null && node !== undefined; node = came.get(node))
    seqs.unshift(node >> 1);
  const rows = await reader.all<{ seq: number; id: string }>(
    "select seq, id from tasks where seq in (select value from json_each(?))",
    [JSON.stringify(seqs)],
  );
  const ids = new Map(rows.map((row) => [row.seq, row.id]));
  return distinctSteps(seqs).map((seq) => ids.get(seq) ?? String(seq));
}

async function steps(reader: Reader, node: number): Promise<readonly number[]> {
  const seq = node >> 1;
  if (node & 1) {
    const children = await reader.all<{ seq: number }>("select seq from tasks where parent = ?", [seq]);
    return [seq * 2, ...children.map((child) => child.seq * 2 + 1)];
  }
  const blockers = await reader.all<{ seq: number }>("select blocker as seq from deps where task = ?", [seq]);
  const parent = await reader.get<{ seq: number }>(
    "select parent as seq from tasks where seq = ? and parent is not null",
    [seq],
  );
  return [...blockers.map((blocker) => blocker.seq * 2 + 1), ...(parent ? [parent.seq * 2] : [])];
}
