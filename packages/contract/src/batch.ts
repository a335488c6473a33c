/** Many operations as one: all of them or none. */
import { z } from "zod";
import { LIMITS } from "./limits.ts";

/** The input of `batch`. Each operation is `{op, …}`; they are checked one by one, so that each bad one is told. */
export const RunBatch = z.strictObject({
  operations: z.array(z.unknown()).max(LIMITS.batch),
  dry_run: z.boolean().optional(),
  /** What to call each operation in messages, e.g. `line 3`; default `operations[0]`, … */
  places: z.array(z.string().max(LIMITS.item)).max(LIMITS.batch).optional(),
});
export type RunBatch = z.infer<typeof RunBatch>;

/** What one operation of a batch answered. */
export interface BatchAnswer {
  readonly where: string;
  /** The operation's name, e.g. `task.add`. */
  readonly op: string;
  readonly ref: string | null;
  /** The tasks it was about, what changed first. */
  readonly ids: readonly string[];
  /** As the operation answers by itself. */
  readonly data: unknown;
  readonly warnings: readonly string[];
}
