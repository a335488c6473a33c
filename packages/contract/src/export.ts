/** A task as an export says it: all that is known of it, so that an import can make the same task elsewhere. */
import { z } from "zod";
import { LIMITS } from "./limits.ts";
import type { Task } from "./task.ts";

/** The input of `task.export`. Without a query it is everything, also what is closed, archived or deleted. */
export const ExportTasks = z.strictObject({
  query: z.string().min(1).max(LIMITS.query).optional(),
  /** With every task, what ever changed of it. */
  history: z.boolean().optional(),
  /** Rows a page; 0 = every row. Default 50. */
  limit: z.number().int().min(0).optional(),
  cursor: z.string().optional(),
});
export type ExportTasks = z.infer<typeof ExportTasks>;

/** Fields of a task that follow from others: an export leaves them out. */
type Derived = "category_of_status" | "children" | "blocks" | "actual_minutes" | "progress" | "ready" | "leaves";

/** One exported task. Times are RFC 3339 in UTC. docs/formats.md says what each field is. */
export interface ExportedTask extends Omit<Task, Derived | "acceptance" | "claim"> {
  /** It was cancelled, and what depends on it may go on. */
  readonly satisfied: boolean;
  readonly acceptance: readonly {
    readonly text: string;
    readonly checked: boolean;
    readonly evidence: string | null;
  }[];
  readonly notes: readonly {
    readonly id: string;
    readonly type: string;
    readonly text: string;
    readonly at: string;
    readonly by: string;
  }[];
  /** Every session that changed it. */
  readonly sessions: readonly {
    readonly name: string;
    readonly started_at: string;
    readonly ended_at: string | null;
    readonly actor: string;
  }[];
  /** Milliseconds in progress, up to `active_since` (null: not in progress now). */
  readonly active_ms: number;
  readonly active_since: string | null;
  readonly claim: { readonly by: string; readonly lease_until: string; readonly lease_s: number | null } | null;
  /** How often it was claimed. */
  readonly fence: number;
  /** With a query: the uid of each task that `parent` and `depends_on` name. */
  readonly uids?: Readonly<Record<string, string>>;
  /** With `history`: the log of its changes, as it is kept. */
  readonly history?: readonly {
    readonly op: string;
    readonly command: string;
    readonly at: string;
    readonly actor: string;
    readonly session: string | null;
    readonly entity: string;
    readonly before: unknown;
    readonly after: unknown;
  }[];
}
