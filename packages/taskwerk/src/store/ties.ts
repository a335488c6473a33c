import type { RowTies } from "../core/batch-order.ts";
import type { TaskRow } from "./task-row.ts";

/** A row of an import with what it is tied to: rows of the same file, and tasks that are in the store already. */
export interface Ties extends RowTies {
  /** The task that this row is about already; then nothing is inserted for it. */
  readonly existing: TaskRow | null;
  /** The id that this row had and that is free here. */
  readonly keptId: string | null;
  readonly storedParent: TaskRow | null;
  readonly storedBlockers: readonly TaskRow[];
}
