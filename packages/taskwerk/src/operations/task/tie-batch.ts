import type { OnConflict } from "@taskwerk/contract/on-conflict";
import { type Batch, idIn, type RowProblem } from "../../core/batch.ts";
import { canBeKept } from "../../core/ids.ts";
import type { TaskRecord } from "../../core/record.ts";
import type { Op } from "../../store/op.ts";
import type { TaskRow } from "../../store/task-row.ts";
import type { Ties } from "../../store/ties.ts";
import { checkPlaces } from "./check-places.ts";
import { type StoredTasks, storedTasks } from "./stored-tasks.ts";

/** Another row of the file, or a task of the store. */
export type Found = { readonly row: number } | { readonly task: TaskRow };

/** What a row is tied to, also one whose task is in the store already. */
export interface WishedTies extends Ties {
  /** What the file says of an existing task; empty for a new one. */
  readonly wished: {
    readonly parent?: Found | null;
    /** All that it depends on. */
    readonly dependsOn?: readonly Found[];
    /** What it depends on beside what it did: others say that they block it. */
    readonly alsoOn?: readonly Found[];
  };
}

const NONE: readonly never[] = [];

type Report = (row: number, problem: Omit<RowProblem, "where" | "row">) => void;

/**
 * Finds which rows are about tasks that are there already, which ids are free, and whom every name of the file means.
 * What is wrong goes to the batch's problems.
 */
export async function tieBatch(op: Op, batch: Batch, onConflict: OnConflict): Promise<readonly WishedTies[]> {
  const { rows, problems, whereOf } = batch;
  const stored = await storedTasks(op, batch);
  const report: Report = (row, problem) => {
    problems.push({ row, where: whereOf(row), ...problem });
  };
  const existing = rows.map((fields, row) => existingOf(fields, stored, onConflict, (one) => report(row, one)));
  if (onConflict === "update") refuseTwice(existing, whereOf, report);
  const blocks = blockedBy(batch, report);
  const names: Names = { batch, stored, existing, prefix: op.prefix };
  const ties = rows.map((fields, row): WishedTies => {
    const own = existing[row] ?? null;
    const blank = {
      parent: null,
      dependsOn: NONE,
      existing: own,
      storedParent: null,
      storedBlockers: NONE,
      keptId: null,
    };
    if (own && (onConflict !== "update" || own.deleted_at !== null)) return { ...blank, wished: {} };
    const resolve = (field: "parent" | "depends_on", name: string): Found | null => {
      const found = find(name, fields, names);
      if (found) return found;
      const message = `"${name}" is in neither this file nor the store`;
      report(row, { code: "TASK_NOT_FOUND", field, message, given: name });
      return null;
    };
    const parent = fields.parent ? resolve("parent", fields.parent) : null;
    const blockers: Found[] = [];
    for (const name of fields.depends_on ?? NONE) {
      const found = resolve("depends_on", name);
      if (found) blockers.push(found);
    }
    for (const one of blocks.get(row) ?? NONE) blockers.push(existing[one] ? { task: existing[one] } : { row: one });
    if (own) {
      return {
        ...blank,
        wished: {
          ...(fields.parent === undefined ? {} : { parent }),
          ...(fields.depends_on === undefined ? { alsoOn: blockers } : { dependsOn: blockers }),
        },
      };
    }
    return {
      existing: null,
      wished: {},
      keptId: keptId(fields, stored, onConflict, (one) => report(row, one)),
      parent: parent && "row" in parent ? parent.row : null,
      storedParent: parent && "task" in parent ? parent.task : null,
      ...eachOnce(blockers),
    };
  });
  checkPlaces(batch, ties, report);
  return ties;
}

/** Two rows about one task: the later would undo what the earlier says. */
function refuseTwice(existing: readonly (TaskRow | null)[], whereOf: Batch["whereOf"], report: Report): void {
  const first = new Map<number, number>();
  existing.forEach((own, row) => {
    if (!own) return;
    const other = first.get(own.seq);
    if (other === undefined) first.set(own.seq, row);
    else {
      const message = `it is ${own.id}, and so is ${whereOf(other)}`;
      report(row, { code: "VALIDATION_FAILED", field: "", message });
    }
  });
}

/** What a new row depends on: rows of the file, and tasks of the store. */
function eachOnce(blockers: readonly Found[]): Pick<Ties, "dependsOn" | "storedBlockers"> {
  if (blockers.length === 0) return { dependsOn: NONE, storedBlockers: NONE };
  const dependsOn = new Set<number>();
  const stored = new Map<number, TaskRow>();
  for (const found of blockers) {
    if ("row" in found) dependsOn.add(found.row);
    else stored.set(found.task.seq, found.task);
  }
  return { dependsOn: [...dependsOn], storedBlockers: stored.size === 0 ? NONE : [...stored.values()] };
}

interface Names {
  readonly batch: Batch;
  readonly stored: StoredTasks;
  readonly existing: readonly (TaskRow | null)[];
  readonly prefix: string;
}

function find(name: string, { uids, uid }: TaskRecord, { batch, stored, existing, prefix }: Names): Found | null {
  const { named } = batch;
  const row = named.get(name) ?? named.get(idIn(name, prefix) ?? name);
  if (row !== undefined) return existing[row] ? { task: existing[row] } : { row };
  // Ids of another store mean nothing here; it says itself whom it means.
  if (uids) {
    const meant = Object.hasOwn(uids, name) ? stored.byUid.get(uids[name]!) : undefined;
    return meant ? { task: meant } : null;
  }
  const task = stored.byKey.get(name) ?? stored.byId(name);
  return task && (task.deleted_at === null || (uid !== undefined && task.purged_at === null)) ? { task } : null;
}

type Say = (problem: Omit<RowProblem, "where" | "row">) => void;

/**
 * The task that a row is about: that of its uid, of its key, or of its id where the file knows no uids. Also where that is
 * no good: nothing more is then said of the row.
 */
function existingOf(fields: TaskRecord, stored: StoredTasks, onConflict: OnConflict, say: Say): TaskRow | null {
  const { uid, key, id } = fields;
  const byUid = uid === undefined ? undefined : stored.byUid.get(uid);
  const byKey = key ? stored.byKey.get(key) : undefined;
  const byId = uid === undefined && id !== undefined && onConflict !== "renumber" ? stored.byId(id) : undefined;
  const own = byUid ?? byKey ?? byId;
  if (!own) return null;
  const conflict = (field: "uid" | "key" | "id", message: string): TaskRow => {
    say({ code: "DUPLICATE_KEY", field, message, given: fields[field] ?? "" });
    return own;
  };
  if (byKey && byKey.seq !== own.seq) return conflict("key", `${byKey.id} has the key "${key}", and is another task`);
  if (own.purged_at !== null) return conflict("uid", `${own.id} was purged; nothing can bring it back`);
  if (onConflict === "fail") {
    if (byUid) return conflict("uid", `${own.id} is that task already`);
    if (byKey) return conflict("key", `${own.id} has the key "${key}" already`);
    return conflict("id", `${own.id} is there already: ${own.title}`);
  }
  if (onConflict === "update" && own.deleted_at !== null && !fields.deleted_at) {
    return conflict("id", `${own.id} is deleted; bring it back first: taskwerk restore ${own.id}`);
  }
  return own;
}

/** The id a row had, where it is one of this store's form and free. */
function keptId(fields: TaskRecord, stored: StoredTasks, onConflict: OnConflict, say: Say): string | null {
  if (fields.id === undefined) return null;
  const id = stored.idOf(fields.id);
  if (id === null || !canBeKept(id)) return null;
  const other = stored.anyById.get(id);
  if (!other) return id;
  if (onConflict === "renumber") return null;
  say({
    code: "DUPLICATE_KEY",
    field: "id",
    message: `${id} is another task here: ${other.purged_at === null ? other.title : "a purged one"}`,
    given: fields.id,
  });
  return null;
}

/** `blocks`, said from the other end: the rows that each row depends on by it. What an export says twice is left out. */
function blockedBy({ rows, named }: Batch, report: Report): ReadonlyMap<number, readonly number[]> {
  const by = new Map<number, number[]>();
  rows.forEach(({ blocks = [], uid }, row) => {
    if (uid !== undefined) return;
    for (const name of blocks) {
      const other = named.get(name);
      if (other === undefined) {
        const message = `"${name}" is not in this file; say depends_on there`;
        report(row, { code: "TASK_NOT_FOUND", field: "blocks", message, given: name });
      } else by.set(other, [...(by.get(other) ?? []), row]);
    }
  });
  return by;
}
