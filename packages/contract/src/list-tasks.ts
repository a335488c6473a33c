/** Lists of tasks. */
import { z } from "zod";
import { query, status, strings } from "./fields.ts";
import { Priority } from "./task.ts";

/** The input of `task.list`. Without a filter of status, session or `all` it is the open ones. */
export const ListTasks = z.strictObject({
  status: z.array(status).optional(),
  tag: strings.optional(),
  assignee: z.string().optional(),
  parent: z.string().optional(),
  priority: z.array(Priority).optional(),
  session: z.string().optional(),
  key_prefix: z.string().optional(),
  /** A query, e.g. `priority:high.. -tag:wip due:..7d`; it narrows what the other fields leave. */
  query,
  /** What to sort by, e.g. `-priority,due`: `-` has the greatest first. */
  sort: z.string().max(200).optional(),
  /** Only what can be worked on now. */
  ready: z.boolean().optional(),
  all: z.boolean().optional(),
  /** Whole trees: parents before their children, ancestors of what fits, pages of whole roots. */
  tree: z.boolean().optional(),
  /** Rows a page; 0 = every row. Default 50. */
  limit: z.number().int().min(0).optional(),
  cursor: z.string().optional(),
});
export type ListTasks = z.infer<typeof ListTasks>;

/** The input of `task.ready`. */
export const ReadyTasks = ListTasks.pick({
  limit: true,
  cursor: true,
  tag: true,
  session: true,
  query: true,
  sort: true,
});
export type ReadyTasks = z.infer<typeof ReadyTasks>;
