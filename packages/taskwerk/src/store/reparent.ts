import { WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";
import type { Tx } from "@taskwerk/sqlite/database";
import { changeTask } from "./change-task.ts";
import { countMoved } from "./counters.ts";
import { cycle } from "./deps.ts";
import { rowOf } from "./find-task.ts";
import { emit, type Op } from "./op.ts";
import type { TaskRow } from "./task-row.ts";
import { beginningOf, endOf, type Step, waitPath, waitsFor } from "./wait-graph.ts";

/**
 * Puts a task, with all that lies below it, under another one or at the top; ids stay what they are. What its old and its
 * new parent become of it is not done here. Throws HIERARCHY_CONFLICT for a place below itself, under something one of them
 * waits for, or too deep, and DEPENDENCY_CYCLE with the path when tasks would then wait for each other.
 */
export async function reparent(op: Op, seen: TaskRow, parent: TaskRow | null): Promise<TaskRow> {
  const { tx } = op;
  if (parent !== null) {
    await checkLine(tx, seen, parent);
    await checkTies(tx, seen, parent);
  }
  await checkDepth(tx, seen, parent);
  const row = await changeTask(op, seen, { parent: parent?.seq ?? null });
  await countMoved(op, seen, row);
  if (parent !== null) await checkWaits(tx, row, parent);
  const before = seen.parent === null ? null : (await rowOf(tx, seen.parent)).id;
  emit(op, "task.moved", row.id, { before: { parent: before }, after: { parent: parent?.id ?? null } });
  return rowOf(tx, row.seq);
}

const BELOW = `
with recursive below (seq) as (
  select ? union all select t.seq from tasks t join below on t.parent = below.seq
)`;

/** Nothing is a part of itself. */
async function checkLine(tx: Tx, row: TaskRow, parent: TaskRow): Promise<void> {
  if (row.seq === parent.seq) throw misplaced(row, parent, `${row.id} cannot be a part of itself.`);
  if (await tx.get(`${BELOW} select 1 from below where seq = ?`, [row.seq, parent.seq])) {
    throw misplaced(row, parent, `${parent.id} is a part of ${row.id}: it cannot also have it as a part.`);
  }
}

/** A task and what it is a part of cannot depend on each other. */
async function checkTies(tx: Tx, row: TaskRow, parent: TaskRow): Promise<void> {
  const tie = await tx.get<{ waits: string; on: string }>(
    `${BELOW}, above (seq) as (
       select ? union all select t.parent from tasks t join above on t.seq = above.seq where t.parent is not null
     )
     select t.id as waits, b.id as "on" from deps d join tasks t on t.seq = d.task join tasks b on b.seq = d.blocker
     where (d.task in (select seq from below) and d.blocker in (select seq from above))
        or (d.task in (select seq from above) and d.blocker in (select seq from below)) limit 1`,
    [row.seq, parent.seq],
  );
  if (!tie) return;
  throw new WerkError(
    "HIERARCHY_CONFLICT",
    `${tie.waits} depends on ${tie.on}; the one cannot be a part of the other.`,
    {
      hint: `Take that away first:  taskwerk dep rm ${tie.waits} ${tie.on}`,
      field: "parent",
      given: parent.id,
      details: { waits: tie.waits, on: tie.on },
    },
  );
}

async function checkDepth(tx: Tx, row: TaskRow, parent: TaskRow | null): Promise<void> {
  const deepest = await tx.get<{ depth: number }>(
    `${BELOW} select max(depth) as depth from tasks where seq in (select seq from below)`,
    [row.seq],
  );
  const levels = deepest!.depth - row.depth + 1;
  if ((parent === null ? 0 : parent.depth + 1) + levels <= LIMITS.depth) return;
  throw misplaced(row, parent!, `under ${parent!.id} it would be more than ${LIMITS.depth} levels deep.`);
}

/** Asked when it is in its new place: whether its beginning now waits for itself, or its new parent's end does. */
async function checkWaits(tx: Tx, row: TaskRow, parent: TaskRow): Promise<void> {
  const check = async (first: string, from: Step, to: Step): Promise<void> => {
    if (await waitsFor(tx, from, to)) throw cycle([first, ...(await waitPath(tx, from, to))]);
  };
  await check(row.id, beginningOf(parent.seq), beginningOf(row.seq));
  await check(parent.id, endOf(row.seq), endOf(parent.seq));
}

const misplaced = (row: TaskRow, parent: TaskRow, message: string): WerkError =>
  new WerkError("HIERARCHY_CONFLICT", message, {
    hint: `See what lies where:  taskwerk tree ${parent.id}`,
    field: "parent",
    given: parent.id,
    details: { id: row.id, parent: parent.id },
  });
