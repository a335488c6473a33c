import { WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";
import type { SqlValue } from "@taskwerk/sqlite/database";
import type { Fields } from "../core/fields.ts";
import { isClosed } from "../core/moves.ts";
import { DEFAULT_PRIORITY, rankOf } from "../core/priority.ts";
import { countChild } from "./counters.ts";
import { insertRows } from "./insert-rows.ts";
import { followChild } from "./move-task.ts";
import { emit, logChange, type Op } from "./op.ts";
import {
  AS_NEW,
  isHolding,
  NEW_COLUMNS,
  type NewTaskRow,
  RESTORED_COLUMNS,
  type RestoredRow,
  type TaskRow,
} from "./task-row.ts";

type Parent = Pick<TaskRow, "seq" | "id" | "status" | "depth" | "open_blockers" | "holding_ancestors" | "deleted_at">;

/** The next `count` numbers under a parent (0: at the top), the first of them. They are never given twice. */
export async function takeNumbers(op: Op, parent: number, count: number): Promise<number> {
  const row = await op.tx.get<{ last: number }>(
    `insert into id_counters (parent, last) values (?, ?)
     on conflict (parent) do update set last = last + excluded.last returning last`,
    [parent, count],
  );
  return row!.last - count + 1;
}

/** The row number that the next task gets. Rows are never removed, so it only grows. */
export async function nextSeq(op: Op): Promise<number> {
  const row = await op.tx.get<{ seq: number }>("select coalesce(max(seq), 0) + 1 as seq from tasks");
  return row!.seq;
}

/** A new row from checked fields. Counters are those of a task that nothing waits for and that waits for nothing. */
export function newRow(
  op: Pick<Op, "at" | "actor" | "session">,
  fields: Fields,
  place: { readonly seq: number; readonly id: string; readonly uid: string; readonly parent: Parent | null },
): NewTaskRow {
  const { seq, id, uid, parent } = place;
  const status = fields.status ?? "todo";
  const active = status === "in-progress" || status === "review";
  return {
    seq,
    id,
    uid,
    title: fields.title!,
    description: fields.description ?? null,
    status,
    priority: rankOf(fields.priority ?? DEFAULT_PRIORITY),
    type: fields.type ?? null,
    assignee: fields.assignee ?? null,
    category: fields.category ?? null,
    parent: parent?.seq ?? null,
    depth: parent === null ? 0 : parent.depth + 1,
    files: fields.files ? JSON.stringify(fields.files) : "[]",
    capabilities: fields.capabilities ? JSON.stringify(fields.capabilities) : "[]",
    due_at: fields.due_at ?? null,
    defer_until: fields.defer_until ?? null,
    estimate_minutes: fields.estimate_minutes ?? null,
    session: op.session,
    key: fields.key ?? null,
    metadata: fields.metadata ? JSON.stringify(fields.metadata) : "{}",
    created_at: op.at,
    updated_at: op.at,
    started_at: active ? op.at : null,
    completed_at: isClosed(status) ? op.at : null,
    created_by: op.actor,
    updated_by: op.actor,
    active_since: status === "in-progress" ? op.at : null,
    open_blockers: 0,
    open_children: 0,
    child_count: 0,
    criteria_count: fields.acceptance?.length ?? 0,
    holding_ancestors: parent === null ? 0 : parent.holding_ancestors + Number(isHolding(parent)),
    open_dependants: 0,
  };
}

/** Throws HIERARCHY_CONFLICT when nothing can be put under `parent`. */
export function checkParent(parent: Pick<TaskRow, "id" | "status" | "depth">): void {
  if (isClosed(parent.status)) {
    throw new WerkError("HIERARCHY_CONFLICT", `${parent.id} is ${parent.status}; nothing can be put under it.`, {
      hint: `Open it again first:  taskwerk reopen ${parent.id}`,
      field: "parent",
      given: parent.id,
    });
  }
  if (parent.depth + 1 >= LIMITS.depth) {
    throw new WerkError(
      "HIERARCHY_CONFLICT",
      `${parent.id} is ${LIMITS.depth} levels deep already; that is the most.`,
      {
        hint: `What lies where:  taskwerk tree ${parent.id}`,
        field: "parent",
        given: parent.id,
      },
    );
  }
}

/** One new row with all that hangs on it; its parent follows. Dependencies are added afterwards. */
export async function insertTask(op: Op, row: NewTaskRow, fields: Fields): Promise<void> {
  await insertTasks(op, [{ row, fields }]);
  if (row.parent === null) return;
  await countChild(op, row.parent, !isClosed(row.status));
  if (isClosed(row.status)) await followChild(op, row, row.parent);
}

/** A new row with what hangs on it. */
export interface Inserted {
  readonly row: NewTaskRow | RestoredRow;
  readonly fields: Fields;
  /** Uids, for the log; the dependencies themselves are added afterwards. */
  readonly dependsOn?: readonly string[];
}

/**
 * New rows, with their tags and criteria, in the log; their counters must be right already. `restored`: some of them were
 * tasks before. `tick` is called for each one.
 */
export async function insertTasks(
  op: Op,
  tasks: readonly Inserted[],
  { restored = false, tick = () => {} }: { readonly restored?: boolean; readonly tick?: () => void } = {},
): Promise<void> {
  const { tx } = op;
  const columns = restored ? RESTORED_COLUMNS : NEW_COLUMNS;
  // They have all the numbers between, in whatever order they come.
  const first = tasks.reduce((least, { row }) => Math.min(least, row.seq), tasks[0]!.row.seq);
  const last = first + tasks.length - 1;
  await insertRows(tx, "tasks", columns, taskRows(tasks, columns, tick));
  await insertRows(tx, "tags", ["task", "tag"], tagRows(tasks));
  await insertRows(tx, "criteria", ["task", "n", "text", "checked", "evidence"], criterionRows(tasks));
  await tx.run(
    "insert into task_fts (rowid, title, description, notes) select seq, title, description, '' from tasks where seq between ? and ?",
    [first, last],
  );
  await tx.run(
    `with added as materialized (select bucket, candidate from tasks where seq between ? and ?)
     update tallies set n = tallies.n + came.n
     from (select bucket as name, count(*) as n from added group by bucket
           union all select 'candidate', sum(candidate) from added) came
     where came.name = tallies.name`,
    [first, last],
  );
  for (const { row, fields, dependsOn = [] } of tasks) {
    tick();
    const said = created(row, fields);
    if (dependsOn.length > 0) said.depends_on = dependsOn;
    logChange(op, "task", row.uid, null, said);
    if (!("deleted_at" in row) || row.deleted_at === null) {
      emit(op, "task.created", row.id, { before: null, after: { title: row.title, status: row.status } });
      op.maybeReady.add(row.seq);
    }
    op.touched.add(row.seq);
  }
}

/** What the log keeps of a new task: what it says of itself, not what is empty or counted. */
function created(row: NewTaskRow | RestoredRow, fields: Fields): Record<string, unknown> {
  const said: Record<string, unknown> = {};
  for (const name of LOGGED) {
    const value = row[name];
    if (value !== null && value !== "[]" && value !== "{}") said[name] = value;
  }
  if ("fence" in row) for (const name of LOGGED_RESTORED) if (row[name] !== AS_NEW[name]) said[name] = row[name];
  if (fields.tags?.length) said.tags = fields.tags;
  if (fields.acceptance?.length) said.acceptance = fields.acceptance;
  return said;
}

const COUNTED: ReadonlySet<keyof NewTaskRow> = new Set([
  "seq",
  "depth",
  "open_blockers",
  "open_children",
  "child_count",
  "criteria_count",
  "holding_ancestors",
  "open_dependants",
]);
const LOGGED = NEW_COLUMNS.filter((name) => !COUNTED.has(name));
const LOGGED_RESTORED = (Object.keys(AS_NEW) as (keyof typeof AS_NEW)[]).filter(
  (name) => name !== "rev" && name !== "fence",
);

function* taskRows(
  tasks: readonly Inserted[],
  columns: readonly (keyof RestoredRow)[],
  tick: () => void,
): Generator<readonly SqlValue[]> {
  for (const { row } of tasks) {
    tick();
    yield columns.map((column) => (row as RestoredRow)[column]);
  }
}

function* tagRows(tasks: readonly Inserted[]): Generator<readonly SqlValue[]> {
  for (const { row, fields } of tasks) for (const tag of fields.tags ?? []) yield [row.seq, tag];
}

function* criterionRows(tasks: readonly Inserted[]): Generator<readonly SqlValue[]> {
  for (const { row, fields } of tasks) {
    let n = 0;
    for (const { text, checked, evidence } of fields.acceptance ?? []) {
      n += 1;
      yield [row.seq, n, text, Number(checked), evidence];
    }
  }
}
