/** Finding tasks by their words, and counting them. */
import { z } from "zod";
import { query } from "./fields.ts";
import { LIMITS } from "./limits.ts";
import type { Task } from "./task.ts";

/** The input of `task.search`: tasks of every status whose title, description or notes have all of the words. */
export const SearchTasks = z.strictObject({
  /** Words, each of which may be the beginning of one; what stands in quotes is found as it stands. */
  text: z.string().min(1).max(LIMITS.query),
  query,
  /** Rows a page; 0 = every row. Default 50. */
  limit: z.number().int().min(0).optional(),
  cursor: z.string().optional(),
});
export type SearchTasks = z.infer<typeof SearchTasks>;

/** A task that was found, and where. */
export interface FoundTask extends Task {
  readonly found_in: "title" | "description" | "notes";
  /** The words around the first match there, one line. */
  readonly snippet: string;
}

/** What tasks can be counted by. */
export const COUNTABLE = [
  "status",
  "priority",
  "assignee",
  "tag",
  "category",
  "type",
  "parent",
  "session",
  "created_by",
] as const;
export type Countable = (typeof COUNTABLE)[number];

/** The input of `task.stats`. Without a query it is every task that is not archived. */
export const CountTasks = z.strictObject({ by: z.enum(COUNTABLE).optional(), query });
export type CountTasks = z.infer<typeof CountTasks>;

/** How many tasks have one value. A task with several tags counts under each. */
export interface StatsGroup {
  /** null: none. */
  readonly value: string | null;
  readonly total: number;
  readonly open: number;
  readonly done: number;
}

/** The middle one and the one that nine of ten do not exceed, minutes; of `count` tasks. */
export interface Spread {
  readonly count: number;
  readonly median_minutes: number;
  readonly p90_minutes: number;
}

/** `data` of `task.stats`. */
export interface TaskStats {
  readonly by: Countable;
  readonly total: number;
  readonly open: number;
  readonly done: number;
  /** The most of them first. */
  readonly groups: readonly StatsGroup[];
  /** Tasks done in each of the last eight weeks, the oldest first; `from` is the week's Monday, local time. */
  readonly throughput: readonly { readonly from: string; readonly done: number }[];
  /** From made to done; null where nothing is done. */
  readonly lead: Spread | null;
  /** Time in progress, as the log has it; null where nothing is done. */
  readonly active: Spread | null;
}
