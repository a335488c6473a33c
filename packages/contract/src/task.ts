/** A task as it travels: in `--json`, over HTTP, in events and in import files. */
import { z } from "zod";
import { PRIORITIES, STATUSES } from "./status.ts";

const time = z.string();

/** What a task can be. */
export const Status = z.enum(STATUSES);
/** How much it matters. */
export const Priority = z.enum(PRIORITIES);

/** One thing that must be true before the task counts as done. `n` counts from 1 within the task. */
export const Criterion = z.object({
  n: z.number().int(),
  text: z.string(),
  checked: z.boolean(),
  evidence: z.string().nullable(),
});
export type Criterion = z.infer<typeof Criterion>;

/** Where something of a task is to be found, e.g. its commit. */
export const Link = z.object({ type: z.string(), target: z.string() });

/** A live claim as everybody may see it; the token is only ever given to the claimer. */
export const ClaimView = z.object({ by: z.string(), lease_until: time, fence: z.number().int() });
export type ClaimView = z.infer<typeof ClaimView>;

/** A task, whole. Times are RFC 3339 in UTC; ids are display ids. */
export const Task = z.object({
  id: z.string(),
  uid: z.string(),
  title: z.string(),
  description: z.string().nullable(),
  status: Status,
  /** Why it has this status, as the last move said. */
  status_reason: z.string().nullable().optional(),
  category_of_status: z.enum(["open", "active", "waiting", "closed"]),
  priority: Priority,
  type: z.string().nullable(),
  assignee: z.string().nullable(),
  category: z.string().nullable(),
  tags: z.array(z.string()),
  parent: z.string().nullable(),
  children: z.array(z.string()),
  depends_on: z.array(z.string()),
  blocks: z.array(z.string()),
  acceptance: z.array(Criterion),
  files: z.array(z.string()),
  capabilities: z.array(z.string()),
  due_at: time.nullable(),
  defer_until: time.nullable(),
  estimate_minutes: z.number().nullable(),
  actual_minutes: z.number(),
  /** A parent's closed children, percent; null for a task without children. */
  progress: z.number().nullable(),
  /** In a tree only: the tasks at the ends of its branches, and how many of them are closed; null for one of those. */
  leaves: z.object({ closed: z.number().int(), total: z.number().int() }).nullable().optional(),
  /** What the moves brought as proof, e.g. {receipts: "…", commit: "…"}; the last value of a name counts. */
  evidence: z.record(z.string(), z.unknown()).optional(),
  links: z.array(Link),
  claim: ClaimView.nullable(),
  session: z.string().nullable(),
  key: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
  rev: z.number().int(),
  ready: z.boolean(),
  created_at: time,
  updated_at: time,
  started_at: time.nullable(),
  completed_at: time.nullable(),
  archived_at: time.nullable(),
  deleted_at: time.nullable(),
  created_by: z.string(),
  updated_by: z.string(),
});
export type Task = z.infer<typeof Task>;

/** What a task write answers: whole tasks. */
export interface TaskWrite {
  readonly changed: readonly Task[];
  readonly unchanged: readonly Task[];
  readonly unblocked: readonly Task[];
}
