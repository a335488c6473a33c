import { WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";
import type { ImportResult, ImportTasks } from "@taskwerk/contract/task";
import { type Batch, checkBatch, labelOf, throwBatch } from "../../core/batch.ts";
import { findDeadlock } from "../../core/graph.ts";
import { cycle } from "../../store/deps.ts";
import { insertBatch, type Ties } from "../../store/insert-batch.ts";
import { emit, type Op } from "../../store/op.ts";
import { change } from "../change.ts";
import type { OperationContext, OperationOf, Outcome } from "../operation.ts";
import { rehearse } from "../rehearse.ts";
import { tieBatch } from "./tie-batch.ts";

/**
 * Imports tasks: all of them or none. Every bad row is reported. Throws IMPORT_INVALID, DUPLICATE_KEY,
 * DEPENDENCY_CYCLE (with the path), HIERARCHY_CONFLICT, PAYLOAD_TOO_LARGE.
 */
export const importTasks: OperationOf<"task.import"> = {
  input: () => import("@taskwerk/contract/task").then((m) => m.ImportTasks),
  async run(context, input) {
    if (!input.dry_run) return change(context, "task.import", input, (op) => importAll(op, input));
    return rehearseImport(context, input);
  },
};

/** The whole import, taken back: ids that were never given are not told. */
async function rehearseImport(context: OperationContext, input: ImportTasks): Promise<Outcome<ImportResult>> {
  const outcome = await rehearse(context, "task.import", input, (op) => importAll(op, input));
  return { ...outcome, data: { ...outcome.data, ids: {}, new_ids: [] } };
}

async function importAll(op: Op, { tasks, on_conflict = "fail" }: ImportTasks): Promise<Outcome<ImportResult>> {
  if (tasks.length > LIMITS.importTasks) {
    throw new WerkError(
      "PAYLOAD_TOO_LARGE",
      `${tasks.length} tasks at once; at most ${LIMITS.importTasks} are taken.`,
      {
        hint: "Import it in parts.",
      },
    );
  }
  const batch = checkBatch(tasks, op.now);
  const ties = await tieBatch(op, batch, on_conflict);
  throwBatch(batch);
  checkCycles(batch, ties);
  const ids = await insertBatch(op, batch.rows, ties);
  const skipped = ties.filter((tie) => tie.existing !== null).length;
  const newIds = ids.filter((_, row) => ties[row]!.existing === null);
  const created = newIds.length;
  if (created > 0) emit(op, "import.completed", op.session ?? op.id, { created, skipped });
  return {
    data: {
      created,
      updated: 0,
      skipped,
      ids: namesOf(batch, ids),
      new_ids: newIds,
      list: op.session === null ? "taskwerk list --all" : `taskwerk list --session ${op.session}`,
    },
  };
}

function checkCycles(batch: Batch, ties: readonly Ties[]): void {
  const path = findDeadlock({
    size: ties.length,
    dependsOn: (row) => ties[row]!.dependsOn,
    parent: (row) => ties[row]!.parent,
  });
  if (path) throw cycle(path.map((row) => labelOf(batch.rows[row]!)));
}

function namesOf({ rows }: Batch, ids: readonly string[]): Record<string, string> {
  const names = new Map<string, string>();
  rows.forEach(({ key }, row) => {
    if (key) names.set(key, ids[row]!);
  });
  rows.forEach(({ ref }, row) => {
    if (ref !== undefined) names.set(ref, ids[row]!);
  });
  return Object.fromEntries(names);
}
