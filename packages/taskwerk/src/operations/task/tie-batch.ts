import { LIMITS } from "@taskwerk/contract/limits";
import { type Batch, type RowProblem, whereOf } from "../../core/batch.ts";
import { isAbove } from "../../core/batch-order.ts";
import { parseId } from "../../core/ids.ts";
import { isClosed } from "../../core/moves.ts";
import type { Ties } from "../../store/insert-batch.ts";
import type { Op } from "../../store/op.ts";
import type { TaskRow } from "../../store/task-row.ts";

/** Finds whom every name of the file means. What is wrong goes to the batch's problems. */
export async function tieBatch(op: Op, batch: Batch, onConflict: "fail" | "skip"): Promise<readonly Ties[]> {
  const { rows, named, problems } = batch;
  const stored = await storedTasks(op, batch);
  const report = (row: number, problem: Omit<RowProblem, "where">): void => {
    problems.push({ where: whereOf(row), ...problem });
  };
  const existing = rows.map(({ key }) => (key ? (stored.byKey.get(key) ?? null) : null));
  const find = (name: string): { row: number } | { task: TaskRow } | null => {
    const row = named.get(name);
    if (row !== undefined) return existing[row] ? { task: existing[row] } : { row };
    const task = stored.byKey.get(name) ?? stored.byId(name);
    return task ? { task } : null;
  };
  const ties = rows.map((fields, row): Ties => {
    const own = existing[row] ?? null;
    if (own && onConflict === "fail") {
      const message = `${own.id} has the key "${fields.key}" already`;
      report(row, { code: "DUPLICATE_KEY", field: "key", message, given: fields.key! });
    }
    const nothing = { parent: null, dependsOn: [], existing: own, storedParent: null, storedBlockers: [] };
    if (own) return nothing;
    const resolve = (field: "parent" | "depends_on", name: string) => {
      const found = find(name);
      if (found) return found;
      const message = `${field}: neither the file nor the store has "${name}"`;
      report(row, { code: "TASK_NOT_FOUND", field, message, given: name });
      return null;
    };
    const parent = fields.parent ? resolve("parent", fields.parent) : null;
    const blockers = (fields.depends_on ?? []).flatMap((name) => resolve("depends_on", name) ?? []);
    return {
      ...nothing,
      parent: parent && "row" in parent ? parent.row : null,
      storedParent: parent && "task" in parent ? parent.task : null,
      dependsOn: [...new Set(blockers.flatMap((found) => ("row" in found ? found.row : [])))],
      storedBlockers: [
        ...new Map(
          blockers.flatMap((found) => ("task" in found ? [[found.task.seq, found.task] as const] : [])),
        ).values(),
      ],
    };
  });
  ties.forEach((_, row) => {
    checkPlace(ties, row, report);
  });
  return ties;
}

type Report = (row: number, problem: Omit<RowProblem, "where">) => void;

function checkPlace(ties: readonly Ties[], row: number, report: Report): void {
  const { storedParent, dependsOn } = ties[row]!;
  const wrong = (field: string, message: string): void => report(row, { code: "HIERARCHY_CONFLICT", field, message });
  if (storedParent && isClosed(storedParent.status)) {
    wrong("parent", `${storedParent.id} is ${storedParent.status}; nothing can be put under it`);
  }
  if (depthOf(ties, row) >= LIMITS.depth) wrong("parent", `it is more than ${LIMITS.depth} levels deep`);
  for (const blocker of dependsOn) {
    if (blocker !== row && (isAbove(ties, blocker, row) || isAbove(ties, row, blocker))) {
      wrong(
        "depends_on",
        `one of ${whereOf(row)} and ${whereOf(blocker)} is a part of the other: neither can depend on the other`,
      );
    }
  }
}

/** Levels above a row; stops counting at one more than is allowed. */
function depthOf(ties: readonly Ties[], row: number): number {
  let depth = 0;
  for (let at = row; depth <= LIMITS.depth; depth += 1) {
    const { parent, storedParent } = ties[at]!;
    if (parent === null) return depth + (storedParent ? storedParent.depth + 1 : 0);
    // A cycle of parents is told as a cycle.
    if (parent === row) return 0;
    at = parent;
  }
  return depth;
}

/** The tasks of the store that the file may mean, by key and by any form of id. */
async function storedTasks(op: Op, { rows, named }: Batch) {
  const names = new Set<string>();
  for (const { key, parent, depends_on = [] } of rows) {
    if (key) names.add(key);
    for (const name of parent ? [parent, ...depends_on] : depends_on) if (!named.has(name)) names.add(name);
  }
  const keyed = await op.tx.all<TaskRow>("select * from tasks where key in (select value from json_each(?))", [
    JSON.stringify([...names]),
  ]);
  const byKey = new Map(keyed.map((row) => [row.key!, row]));
  const idOf = (name: string): string | null => {
    const form = parseId(name, op.prefix);
    return form.kind === "id" ? form.id : form.kind === "uid" && form.suffix.length === 26 ? form.suffix : null;
  };
  const ids = [...names].flatMap((name) => (byKey.has(name) ? [] : (idOf(name) ?? [])));
  const found = await op.tx.all<TaskRow>(
    `select * from tasks where deleted_at is null
       and (id in (select value from json_each(?)) or uid in (select value from json_each(?)))`,
    [JSON.stringify(ids), JSON.stringify(ids)],
  );
  const byIds = new Map(found.flatMap((row) => [[row.id, row] as const, [row.uid, row] as const]));
  return {
    byKey,
    byId: (name: string): TaskRow | undefined => {
      const id = idOf(name);
      return id === null ? undefined : byIds.get(id);
    },
  };
}
