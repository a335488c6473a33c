import type { Status } from "@taskwerk/contract/status";

/** A row of `tasks`, as it is stored. JSON and times are text, priorities are ranks, yes and no are 1 and 0. */
export interface TaskRow {
  readonly seq: number;
  readonly id: string;
  readonly uid: string;
  readonly title: string;
  readonly description: string | null;
  readonly status: Status;
  readonly status_reason: string | null;
  readonly satisfied: number;
  readonly priority: number;
  readonly type: string | null;
  readonly assignee: string | null;
  readonly category: string | null;
  readonly parent: number | null;
  readonly depth: number;
  readonly files: string;
  readonly capabilities: string;
  readonly due_at: string | null;
  readonly defer_until: string | null;
  readonly estimate_minutes: number | null;
  readonly evidence: string;
  readonly session: string | null;
  readonly key: string | null;
  readonly metadata: string;
  readonly rev: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly archived_at: string | null;
  readonly deleted_at: string | null;
  readonly purged_at: string | null;
  readonly created_by: string;
  readonly updated_by: string;
  readonly active_ms: number;
  readonly active_since: string | null;
  readonly claim_by: string | null;
  readonly claim_until: string | null;
  readonly claim_lease_s: number | null;
  readonly fence: number;
  readonly open_blockers: number;
  readonly open_children: number;
  readonly child_count: number;
  readonly criteria_count: number;
  readonly holding_ancestors: number;
  readonly open_dependants: number;
  readonly candidate: number;
}

/** What a new row is made of; the rest is as the schema says. */
export const NEW_COLUMNS = [
  "seq",
  "id",
  "uid",
  "title",
  "description",
  "status",
  "priority",
  "type",
  "assignee",
  "category",
  "parent",
  "depth",
  "files",
  "capabilities",
  "due_at",
  "defer_until",
  "estimate_minutes",
  "session",
  "key",
  "metadata",
  "created_at",
  "updated_at",
  "started_at",
  "completed_at",
  "created_by",
  "updated_by",
  "active_since",
  "open_blockers",
  "open_children",
  "child_count",
  "criteria_count",
  "holding_ancestors",
  "open_dependants",
] as const satisfies readonly (keyof TaskRow)[];
export type NewTaskRow = Pick<TaskRow, (typeof NEW_COLUMNS)[number]>;

/** What a row is made of that was a task before, in another store. */
export const RESTORED_COLUMNS = [
  ...NEW_COLUMNS,
  "status_reason",
  "satisfied",
  "evidence",
  "rev",
  "archived_at",
  "deleted_at",
  "active_ms",
  "claim_by",
  "claim_until",
  "claim_lease_s",
  "fence",
] as const satisfies readonly (keyof TaskRow)[];
export type RestoredRow = Pick<TaskRow, (typeof RESTORED_COLUMNS)[number]>;

/** Those of a row that is new. */
export const AS_NEW = {
  status_reason: null,
  satisfied: 0,
  evidence: "{}",
  rev: 1,
  archived_at: null,
  deleted_at: null,
  active_ms: 0,
  claim_by: null,
  claim_until: null,
  claim_lease_s: null,
  fence: 0,
} as const satisfies Partial<RestoredRow>;

/** True for a task of which something remains to be done. */
export const isOpenRow = ({ status, deleted_at }: Pick<TaskRow, "status" | "deleted_at">): boolean =>
  deleted_at === null && status !== "done" && status !== "cancelled";

/** True for a blocker that still keeps what depends on it waiting. */
export const isOpenBlocker = ({ status, satisfied }: Pick<TaskRow, "status" | "satisfied">): boolean =>
  status !== "done" && !(status === "cancelled" && satisfied === 1);

/** True for a status that keeps the subtree below waiting. */
export const isHoldingStatus = (status: Status): boolean => status === "blocked" || status === "paused";

/** True for a task whose subtree waits for it. */
export const isHolding = ({ status, open_blockers }: Pick<TaskRow, "status" | "open_blockers">): boolean =>
  open_blockers > 0 || isHoldingStatus(status);

/** True for a parent that is only the sum of its children: it closes with the last of them. */
export const isGroup = ({ child_count, criteria_count }: Pick<TaskRow, "child_count" | "criteria_count">): boolean =>
  child_count > 0 && criteria_count === 0;
