/** Taking tasks out of sight, and bringing them back. */
import { z } from "zod";
import { LIMITS } from "./limits.ts";

const ids = z.array(z.string()).min(1).max(LIMITS.ids);

/** The input of `task.delete`. Their ids are never given again. */
export const DeleteTasks = z.strictObject({
  ids,
  /** With children: those too. */
  cascade: z.boolean().optional(),
  claim: z.string().optional(),
});
export type DeleteTasks = z.infer<typeof DeleteTasks>;

/** The input of `task.archive`: closed tasks, each with all that is below it. */
export const ArchiveTasks = z.strictObject({ ids });
export type ArchiveTasks = z.infer<typeof ArchiveTasks>;

/** The input of `task.restore`: deleted or archived tasks, each with what went with it. */
export const RestoreTasks = z.strictObject({ ids });
export type RestoreTasks = z.infer<typeof RestoreTasks>;

/** The input of `task.purge`: without ids all that is deleted. Nothing brings back what was purged. */
export const PurgeTasks = z.strictObject({
  ids: ids.optional(),
  /** Must be true, unless it is a dry run. */
  confirm: z.boolean().optional(),
  dry_run: z.boolean().optional(),
});
export type PurgeTasks = z.infer<typeof PurgeTasks>;

/** `data` of a purge. */
export interface PurgeResult {
  /** Display ids. */
  readonly purged: readonly string[];
  readonly dry_run: boolean;
}
