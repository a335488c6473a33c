/** The log of operations, what it says of a task, and taking operations back. */
import { z } from "zod";
import { LIMITS } from "./limits.ts";
import type { TaskWrite } from "./task.ts";

const word = z.string().min(1).max(LIMITS.word);

/** The input of `op.list`, the newest first. `since` is a moment, or how long ago: `2h`, `3d`. */
export const ListOps = z.strictObject({
  /** Only what changed this task. */
  task: z.string().optional(),
  session: word.optional(),
  actor: word.optional(),
  since: z.string().optional(),
  /** Operations a page; 0 = all of them. Default 50. */
  limit: z.number().int().min(0).optional(),
  cursor: z.string().optional(),
});
export type ListOps = z.infer<typeof ListOps>;

/** The input of `task.history`: also of a task that is deleted. */
export const TaskHistory = z.strictObject({ id: z.string().min(1) });
export type TaskHistory = z.infer<typeof TaskHistory>;

/** The input of `op.undo`: an operation, by its id or the last 6 letters of it or more, or `last`. */
export const UndoOp = z.strictObject({
  op: z.string().min(1),
  /** With `last`: how many of the caller's operations, the newest first. Default 1. */
  n: z.number().int().min(1).max(LIMITS.ids).optional(),
  /** Says what would go back to what, and changes nothing. */
  dry_run: z.boolean().optional(),
  /** The token of a claim that is held: a claimed task is not changed without it, unless its holder is the caller. */
  claim: z.string().optional(),
});
export type UndoOp = z.infer<typeof UndoOp>;

/** The input of `session.undo`: all that the session changed. */
export const UndoSession = z.strictObject({
  session: word,
  dry_run: z.boolean().optional(),
  claim: z.string().optional(),
});
export type UndoSession = z.infer<typeof UndoSession>;

type Values = Readonly<Record<string, unknown>>;

/** One entry of the log: what was, and what is. Null before: it came to be; null after: it is gone. */
export interface LoggedChange {
  /** The display id of the task, null where it is none that changed. */
  readonly task: string | null;
  readonly subject: string;
  /** task, tags, dep, note, link, criterion, op, or purge. */
  readonly entity: string;
  readonly before: Values | null;
  readonly after: Values | null;
}

/** An operation that changed something. */
export interface LoggedOp {
  /** What `undo --op` takes. */
  readonly op: string;
  readonly seq: number;
  readonly at: string;
  readonly actor: string;
  readonly session: string | null;
  /** The operation's name, e.g. task.update. */
  readonly command: string;
  /** Operations that it took back. */
  readonly undo_of: readonly string[];
  /** The operation that took it back, while it is taken back. */
  readonly undone_by: string | null;
  /** What changed, in words, one thing each. */
  readonly summary: readonly string[];
  /** At most 1000 of them; `changes_total` says how many there are. */
  readonly changes: readonly LoggedChange[];
  readonly changes_total: number;
}

/** One field of a task that an operation changed. */
export interface HistoryEntry {
  readonly op: string;
  readonly at: string;
  readonly actor: string;
  readonly session: string | null;
  readonly command: string;
  /** True while the operation is taken back. */
  readonly undone: boolean;
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** One field that goes back, and to what. */
export interface Restored {
  readonly task: string;
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** Why an operation cannot be taken back: what stands in its way. */
export interface UndoConflict {
  readonly task: string;
  readonly field: string;
  readonly reason: string;
  /** The later operation, its actor and its time, where it is one. */
  readonly op: string | null;
  readonly actor: string | null;
  readonly at: string | null;
}

/** `data` of an undo. `changed` and `unblocked` have at most 100 tasks, `restored` at most 1000 fields. */
export interface UndoResult extends TaskWrite {
  /** The operation that took them back; undoing that one is redo. Null for a dry run. */
  readonly op: string | null;
  readonly dry_run: boolean;
  /** The operations that were taken back, the newest first. */
  readonly undone: readonly Pick<LoggedOp, "op" | "at" | "actor" | "session" | "command">[];
  readonly restored: readonly Restored[];
  /** How many fields, and how many tasks. */
  readonly restored_total: number;
  readonly tasks: number;
}
