import { WerkError } from "@taskwerk/contract/errors";
import type { ImportedRow, ImportResult, ImportTasks } from "@taskwerk/contract/import-tasks";
import { LIMITS } from "@taskwerk/contract/limits";
import { type Batch, checkBatch, labelOf, throwBatch } from "../../core/batch.ts";
import { findDeadlock } from "../../core/graph.ts";
import { some } from "../../core/some.ts";
import { announceReady } from "../../store/announce-ready.ts";
import { cycle } from "../../store/deps.ts";
import { insertBatch, type Placed } from "../../store/insert-batch.ts";
import { emit, type Op } from "../../store/op.ts";
import type { Ties } from "../../store/ties.ts";
import { change } from "../change.ts";
import type { OperationContext, OperationOf, Outcome } from "../operation.ts";
import { rehearse } from "../rehearse.ts";
import { tieBatch, type WishedTies } from "./tie-batch.ts";
import { updateImported } from "./update-imported.ts";

/**
 * Imports tasks: all of them or none. Every bad row is reported. Throws IMPORT_INVALID, DUPLICATE_KEY,
 * DEPENDENCY_CYCLE (with the path), HIERARCHY_CONFLICT, PAYLOAD_TOO_LARGE.
 */
export const importTasks: OperationOf<"task.import"> = {
  input: () => import("@taskwerk/contract/import-tasks").then((m) => m.ImportTasks),
  async run(context, input) {
    // What a file calls its rows is not what it says.
    const { places: _, format: __, ...said } = input;
    if (!input.dry_run) return change(context, "task.import", said, (op) => importAll(context, op, input));
    return rehearseImport(context, input);
  },
};

/** The whole import, taken back: ids that were never given are not told. */
async function rehearseImport(context: OperationContext, input: ImportTasks): Promise<Outcome<ImportResult>> {
  const outcome = await rehearse(context, "task.import", input, (op) => importAll(context, op, input));
  return { ...outcome, data: { ...outcome.data, ids: {}, new_ids: [] } };
}

async function importAll({ progress }: OperationContext, op: Op, input: ImportTasks): Promise<Outcome<ImportResult>> {
  const { tasks, on_conflict = "fail", places, format, dry_run } = input;
  if (tasks.length > LIMITS.importTasks) {
    throw new WerkError(
      "PAYLOAD_TOO_LARGE",
      `${tasks.length} tasks at once; at most ${LIMITS.importTasks} are taken.`,
      {
        hint: "Import it in parts.",
      },
    );
  }
  const tick = ticker(tasks.length * STEPS_A_ROW, progress);
  const batch = checkBatch(tasks, { now: op.now, prefix: op.prefix, places, tick });
  const ties = await tieBatch(op, batch, on_conflict);
  throwBatch(batch, format);
  checkCycles(batch, ties);
  const placed = await insertBatch(op, batch, ties, tick);
  const changed =
    on_conflict === "update" ? await updateImported(op, batch, ties, placed) : new Map<number, readonly string[]>();
  throwBatch(batch, format);
  const updated = [...changed.values()].filter((fields) => fields.length > 0).length;
  const newIds = placed.flatMap(({ id }, row) => (ties[row]!.existing === null ? id : []));
  const created = newIds.length;
  const skipped = tasks.length - created - updated;
  if (updated > 0) await announceReady(op);
  if (created + updated > 0)
    emit(op, "import.completed", op.session ?? op.id, { before: null, after: { created, updated, skipped } });
  return {
    data: {
      created,
      updated,
      skipped,
      format: format ?? null,
      ids: namesOf(batch, placed),
      new_ids: newIds,
      ...(dry_run ? { rows: planOf(batch, ties, changed) } : {}),
      list: op.session === null ? "taskwerk list --all" : `taskwerk list --session ${op.session}`,
    },
    ...warned([
      ...(batch.withHistory > 0
        ? [`the history of ${batch.withHistory} tasks stays in the file: this store has a log of its own.`]
        : []),
      ...(on_conflict === "update" ? outOfSight(batch, ties) : []),
    ]),
  };
}

const warned = (warnings: readonly string[]) => (warnings.length > 0 ? { warnings } : {});

/** An update changes what a task says; what takes it out of sight is done by name. */
function outOfSight({ rows }: Batch, ties: readonly WishedTies[]): readonly string[] {
  const there = (field: "deleted_at" | "archived_at"): readonly string[] =>
    ties.flatMap(({ existing }, row) =>
      existing && existing.deleted_at === null && existing[field] === null && rows[row]![field] ? existing.id : [],
    );
  const [deleted, archived] = [there("deleted_at"), there("archived_at")];
  const stays = (ids: readonly string[], how: string, verb: string): readonly string[] =>
    ids.length === 0
      ? []
      : [`${some(ids)} ${ids.length === 1 ? "is" : "are"} ${how} in the file and not here: taskwerk ${verb} ${ids[0]}`];
  return [...stays(deleted, "deleted", "delete"), ...stays(archived, "archived", "archive")];
}

/** Read, inserted, logged. */
const STEPS_A_ROW = 3;
const TICKS_A_CALL = 500;

/** Tells how much is done, not too often. */
function ticker(total: number, progress: OperationContext["progress"]): () => void {
  if (!progress) return () => {};
  let done = 0;
  return () => {
    done += 1;
    if (done % TICKS_A_CALL === 0) progress(Math.min(done, total), total);
  };
}

/** What would become of each row. A number that nobody has been given yet is not told. */
const planOf = (
  { rows, whereOf }: Batch,
  ties: readonly WishedTies[],
  changed: ReadonlyMap<number, readonly string[]>,
): readonly ImportedRow[] =>
  rows.map(({ title = "" }, row): ImportedRow => {
    const { existing, keptId } = ties[row]!;
    const fields = changed.get(row) ?? [];
    const action = existing === null ? "create" : fields.length > 0 ? "update" : "skip";
    return { where: whereOf(row), action, id: existing?.id ?? keptId, title, fields };
  });

function checkCycles(batch: Batch, ties: readonly Ties[]): void {
  const path = findDeadlock({
    size: ties.length,
    dependsOn: (row) => ties[row]!.dependsOn,
    parent: (row) => ties[row]!.parent,
  });
  if (path) throw cycle(path.map((row) => labelOf(batch.rows[row]!)));
}

/** Which task each key, id and ref of the file is now; an id that stayed what it was is not told. */
function namesOf({ rows }: Batch, placed: readonly Placed[]): Record<string, string> {
  const names = new Map<string, string>();
  rows.forEach(({ key }, row) => {
    if (key) names.set(key, placed[row]!.id);
  });
  rows.forEach(({ id }, row) => {
    if (id !== undefined && id !== placed[row]!.id) names.set(id, placed[row]!.id);
  });
  rows.forEach(({ ref }, row) => {
    if (ref !== undefined) names.set(ref, placed[row]!.id);
  });
  return Object.fromEntries(names);
}
