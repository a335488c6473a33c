/** A task as it travels: in `--json`, over HTTP, in events and in import files. */
import { z } from "zod";
import { LIMITS } from "./limits.ts";
import { NOTE_TYPES } from "./note.ts";
import { ON_CONFLICT } from "./on-conflict.ts";
import { PRIORITIES, STATUSES, statusNamed } from "./status.ts";

export { LIMITS } from "./limits.ts";

const title = z.string().trim().min(1).max(LIMITS.title);
const text = z.string().max(LIMITS.text);
const strings = z.array(z.string().min(1).max(LIMITS.item)).max(LIMITS.listItems);
const time = z.string();
const query = z.string().max(LIMITS.query).optional();

export const Status = z.enum(STATUSES);
/** A status as input takes it: also in another spelling, e.g. `completed`. */
const status = z.preprocess((word) => (typeof word === "string" ? (statusNamed(word) ?? word) : word), Status);
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

const acceptanceInput = z.array(
  z.union([
    z.string(),
    z.object({ text: z.string(), checked: z.boolean().optional(), evidence: z.string().nullish() }),
  ]),
);

const fields = {
  description: text.nullish(),
  priority: Priority.optional(),
  type: z.string().max(LIMITS.type).nullish(),
  assignee: z.string().max(LIMITS.word).nullish(),
  category: z.string().max(LIMITS.word).nullish(),
  files: strings.optional(),
  capabilities: strings.optional(),
  due_at: time.nullish(),
  defer_until: time.nullish(),
  estimate_minutes: z.number().int().min(0).nullish(),
  metadata: z.record(z.string(), z.unknown()).optional(),
};

/** The input of `task.add`. Ids in `parent`, `depends_on`, `blocks` take any id form. */
export const AddTask = z.strictObject({
  title,
  ...fields,
  status: status.optional(),
  tags: strings.optional(),
  parent: z.string().nullish(),
  depends_on: strings.optional(),
  blocks: strings.optional(),
  acceptance: acceptanceInput.optional(),
  key: z.string().max(LIMITS.key).nullish(),
  if_absent: z.boolean().optional(),
  note: text.optional(),
});
export type AddTask = z.infer<typeof AddTask>;

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

/** start, done, block, unblock, review, pause, reopen, cancel: a move of status with its reason and evidence. */
export const TransitionTask = z.strictObject({
  ids: z.array(z.string()).min(1).max(LIMITS.ids),
  to: status,
  /** Only tasks in one of these (or in `to` already) may go: `unblock` must not reopen what is done. */
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

/** What a task write answers: whole tasks. */
export interface TaskWrite {
  readonly changed: readonly Task[];
  readonly unchanged: readonly Task[];
  readonly unblocked: readonly Task[];
}

/** What a move answers; with `next`, also the task that was claimed and its token, or null where nothing is ready. */
export interface TransitionResult extends TaskWrite {
  readonly next?: { readonly task: Task; readonly claim: ClaimGrant } | null;
}

/** What a bulk update of more than 100 tasks answers instead of the tasks: how many, and what lists them. */
export interface BulkResult {
  readonly created: 0;
  readonly updated: number;
  readonly skipped: number;
  readonly list: string;
}

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

/** The input of `task.show`. */
export const ShowTask = z.strictObject({ id: z.string().min(1) });
export type ShowTask = z.infer<typeof ShowTask>;

/** The input of `claim.take`. */
export const ClaimTask = z.strictObject({
  /** A task id; without it the most urgent ready task is taken. */
  id: z.string().optional(),
  as: z.string().min(1).max(LIMITS.word),
  /** Seconds until the claim expires unless a heartbeat comes. Default 900. */
  lease_s: z.number().int().min(1).max(LIMITS.leaseSeconds).optional(),
  tag: strings.optional(),
  /** Only one of these. */
  query,
  /** Not one whose `files` may be those of a task that somebody works on. */
  skip_file_conflicts: z.boolean().optional(),
});
export type ClaimTask = z.infer<typeof ClaimTask>;

/** What only the claimer gets: the token that status writes need while the claim lives. */
export interface ClaimGrant {
  readonly token: string;
  readonly fence: number;
  readonly lease_until: string;
}
/** `data` of a claim: a task write whose one changed task carries the grant. */
export interface ClaimResult extends TaskWrite {
  readonly claim: ClaimGrant;
}

/** The input of `claim.heartbeat`. Without `lease_s` the claim lives as long again as it was taken for. */
export const Heartbeat = z.strictObject({
  token: z.string(),
  lease_s: z.number().int().min(1).max(LIMITS.leaseSeconds).optional(),
});
export type Heartbeat = z.infer<typeof Heartbeat>;

/** The input of `claim.release`. */
export const ReleaseClaim = z.strictObject({ token: z.string(), reason: text.optional() });
export type ReleaseClaim = z.infer<typeof ReleaseClaim>;

/** The input of `claim.revoke`: ends the live claim on a task without its token; what is in progress becomes todo. */
export const RevokeClaim = z.strictObject({ id: z.string(), reason: text.optional() });
export type RevokeClaim = z.infer<typeof RevokeClaim>;

/** The input of `event.list`: what came after the cursor `since`. */
export const ListEvents = z.strictObject({
  since: z.number().int().min(0).optional(),
  /** Only events of these types; `task.*` is all of a kind. */
  type: z.array(z.string().max(LIMITS.word)).max(LIMITS.listItems).optional(),
  /** Events a page. Default 500. */
  limit: z.number().int().min(1).max(LIMITS.events).optional(),
});
export type ListEvents = z.infer<typeof ListEvents>;

/** The input of an operation that takes none. */
export const NoInput = z.strictObject({});

/** The input of `task.note`. */
export const AddNote = z.strictObject({
  id: z.string(),
  text: text.min(1),
  type: z.enum(NOTE_TYPES).optional(),
});
export type AddNote = z.infer<typeof AddNote>;

/** The input of `task.deps`: what `id` is to depend on, and on what no longer. */
export const EditDeps = z.strictObject({
  id: z.string(),
  add: strings.optional(),
  remove: strings.optional(),
  /** Says whether it could be, and changes nothing. */
  dry_run: z.boolean().optional(),
});
export type EditDeps = z.infer<typeof EditDeps>;

/**
 * One row of an import as people and planners write it: every field but `title` is optional. `parent` and `depends_on` name
 * a `ref`, a key or an id. A row of an export has more fields: docs/formats.md.
 */
export const ImportRow = z.strictObject({
  ref: z.string().optional(),
  title,
  ...fields,
  status: status.optional(),
  tags: strings.optional(),
  parent: z.string().nullish(),
  depends_on: strings.optional(),
  acceptance: acceptanceInput.optional(),
  key: z.string().max(LIMITS.key).nullish(),
});
export type ImportRow = z.infer<typeof ImportRow>;

/** The input of `task.import`. The rows are checked one by one, so that each bad one is told. */
export const ImportTasks = z.strictObject({
  tasks: z.array(z.unknown()).max(LIMITS.importTasks),
  /**
   * `skip` leaves what is there, `update` makes it what the file says, `renumber` gives a new number to a task whose id
   * another one has. Default: `fail`.
   */
  on_conflict: z.enum(ON_CONFLICT).optional(),
  dry_run: z.boolean().optional(),
  /** What to call each row in messages, e.g. `line 3`; default `tasks[0]`, … */
  places: z.array(z.string().max(LIMITS.item)).max(LIMITS.importTasks).optional(),
  /** What the rows were read from, e.g. `csv`; the answer says it again. */
  format: z.string().max(LIMITS.type).optional(),
});
export type ImportTasks = z.infer<typeof ImportTasks>;

/** What would become of a row; `fields` are those that would change, `id` is null where a new number would be given. */
export interface ImportedRow {
  readonly where: string;
  readonly action: "create" | "update" | "skip";
  readonly id: string | null;
  readonly title: string;
  readonly fields: readonly string[];
}

/** `data` of an import. `ids` maps each row's ref, key or former id to the task it became. */
export interface ImportResult {
  readonly created: number;
  readonly updated: number;
  readonly skipped: number;
  readonly format: string | null;
  readonly ids: Readonly<Record<string, string>>;
  /** All tasks that were made, in the order of the rows. */
  readonly new_ids: readonly string[];
  /** With `dry_run`: every row. */
  readonly rows?: readonly ImportedRow[];
  readonly list: string;
}
