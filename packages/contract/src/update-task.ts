/** Changing the fields of tasks. */
import { z } from "zod";
import { fields, status, strings, title } from "./fields.ts";
import { LIMITS } from "./limits.ts";

/** The input of `task.update`. */
export const UpdateTask = z.strictObject({
  /** Which tasks: these, or those that `where` finds. */
  ids: z.array(z.string()).min(1).max(LIMITS.ids).optional(),
  /** A query: all the tasks that a list of it shows. Of more than 20 it wants `expect` or `confirm`. */
  where: z.string().min(1).max(LIMITS.query).optional(),
  /** How many tasks there must be; with another number nothing is changed. */
  expect: z.number().int().min(0).optional(),
  confirm: z.boolean().optional(),
  /** Says what would change, and changes nothing. */
  dry_run: z.boolean().optional(),
  title: title.optional(),
  ...fields,
  status: status.optional(),
  /** Sets these names of `metadata` and leaves the others; null removes one. */
  metadata_set: z.record(z.string(), z.unknown()).optional(),
  tags_add: strings.optional(),
  tags_remove: strings.optional(),
  depends_on_add: strings.optional(),
  depends_on_remove: strings.optional(),
  if_rev: z.number().int().optional(),
  claim: z.string().optional(),
  /** With a status: ends somebody's live claim without its token. */
  force: z.boolean().optional(),
});
export type UpdateTask = z.infer<typeof UpdateTask>;

/** What a bulk update of more than 100 tasks answers instead of the tasks: how many, and what lists them. */
export interface BulkResult {
  readonly created: 0;
  readonly updated: number;
  readonly skipped: number;
  readonly list: string;
}
