import type { Reader } from "@taskwerk/sqlite/database";
import { distinctSteps } from "../core/graph.ts";

/** The beginning or the end of a task. */
export interface Step {
  readonly seq: number;
  readonly end: boolean;
}
/** The step at which a task can be begun. */
export const beginningOf = (seq: number): Step => ({ seq, end: false });
/** The step at which it is closed. */
export const endOf = (seq: number): Step => ({ seq, end: true });

/**
 * What waits for what, as steps between the beginning (0) and the end (1) of tasks: an end waits for its own beginning
 * and for its children's ends, a beginning for the ends of what it depends on and for its parent's beginning.
 */
const REACH = `
with recursive reach (seq, fin) as (
  select value, ? from json_each(?)
  union select seq, 0 from reach where fin = 1
  union select d.blocker, 1 from reach r join deps d on d.task = r.seq where r.fin = 0
  union select t.parent, 0 from reach r join tasks t on t.seq = r.seq where r.fin = 0 and t.parent is not null
  union select c.seq, 1 from reach r join tasks c on c.parent = r.seq where r.fin = 1
)
select 1 from reach where seq = ? and fin = ? limit 1`;

/** True when one step waits, over whatever way, for another. */
export const waitsFor = async (reader: Reader, from: Step, to: Step): Promise<boolean> =>
  (await reader.get(REACH, [Number(from.end), JSON.stringify([from.seq]), to.seq, Number(to.end)])) !== undefined;

/** The parents among these, with the children given, whose end would wait for itself. */
export async function parentsInCycles(
  reader: Reader,
  children: ReadonlyMap<number, readonly number[]>,
): Promise<readonly number[]> {
  const found: number[] = [];
  for (const [parent, below] of children) {
    if (await reader.get(REACH, [1, JSON.stringify(below), parent, 1])) found.push(parent);
  }
  return found;
}

/** The display ids on the shortest way on which one step waits for another; both ends included. */
export async function waitPath(reader: Reader, from: Step, to: Step): Promise<readonly string[]> {
  const key = ({ seq, end }: Step): number => seq * 2 + Number(end);
  const came = new Map<number, number | null>([[key(from), null]]);
  const queue = [key(from)];
  const goal = key(to);
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
