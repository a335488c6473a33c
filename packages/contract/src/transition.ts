/** Moving tasks from one status to another. */
import { z } from "zod";
import type { ClaimGrant } from "./claim.ts";
import { query, status, text } from "./fields.ts";
import { LIMITS } from "./limits.ts";
import type { Task, TaskWrite } from "./task.ts";

/** start, done, block, unblock, review, pause, reopen, cancel: a move of status with its reason and evidence. */
export const TransitionTask = z.strictObject({
  ids: z.array(z.string()).min(1).max(LIMITS.ids),
  to: status,
  /**
   * Only tasks in one of these (or in `to` already) may go: `unblock` must not reopen what is done. What is closed becomes
   * todo only where this names it: that is `reopen`.
   */
  from: z.array(status).optional(),
  reason: text.nullish(),
  note: text.nullish(),
  /** What shows that it is done, e.g. {receipts: "…", commit: "…"}. */
  evidence: z.record(z.string(), z.unknown()).optional(),
  claim: z.string().optional(),
  /** With open children: close them too. */
  cascade: z.boolean().optional(),
  /** With `cancelled`: what depends on it may go on. */
  satisfy: z.boolean().optional(),
  /** Ends somebody's live claim without its token; the events say so. */
  force: z.boolean().optional(),
  /** Claims the most urgent ready task in the same transaction. */
  next: z
    .strictObject({
      as: z.string().min(1).max(LIMITS.word),
      lease_s: z.number().int().min(1).max(LIMITS.leaseSeconds).optional(),
      query,
    })
    .optional(),
});
export type TransitionTask = z.infer<typeof TransitionTask>;

/** What a move answers; with `next`, also the task that was claimed and its token, or null where nothing is ready. */
export interface TransitionResult extends TaskWrite {
  readonly next?: { readonly task: Task; readonly claim: ClaimGrant } | null;
}
