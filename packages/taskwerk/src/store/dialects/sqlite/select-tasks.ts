import type { TaskRow } from "../../task-row.ts";

/** Columns of a task's row that it travels with, in the order in which {@link SELECT_TASKS} gives them. */
const COLUMNS = [
  "seq",
  "id",
  "uid",
  "title",
  "description",
  "status",
  "status_reason",
  "priority",
  "type",
  "assignee",
  "category",
  "files",
  "capabilities",
  "due_at",
  "defer_until",
  "estimate_minutes",
  "evidence",
  "session",
  "key",
  "metadata",
  "rev",
  "created_at",
  "updated_at",
  "started_at",
  "completed_at",
  "archived_at",
  "deleted_at",
  "created_by",
  "updated_by",
  "active_ms",
  "active_since",
  "claim_by",
  "claim_until",
  "fence",
  "open_children",
  "child_count",
  "candidate",
] as const satisfies readonly (keyof TaskRow)[];

type Values<N extends readonly (keyof TaskRow)[]> = { readonly [I in keyof N]: TaskRow[N[I]] };

/** Those columns, then the parent's id and, as JSON arrays, what hangs on the task. */
export type TaskList = readonly [
  ...Values<typeof COLUMNS>,
  parent_id: string | null,
  tags: string,
  children: string,
  depends_on: string,
  blocks: string,
  acceptance: string,
  links: string,
];

/** Takes a JSON array of row numbers. Each array comes from one search by key, inside SQLite. */
export const SELECT_TASKS = /* sql */ `
select ${COLUMNS.map((column) => `t.${column}`).join(", ")}, p.id,
  (select json_group_array(tag) from (select g.tag from tags g where g.task = t.seq order by g.tag)),
  iif(t.child_count = 0, '[]', (select json_group_array(id) from (
    select c.id from tasks c where c.parent = t.seq and c.deleted_at is null order by c.seq))),
  (select json_group_array(id) from (
    select b.id from deps d join tasks b on b.seq = d.blocker where d.task = t.seq order by b.seq)),
  (select json_group_array(id) from (
    select b.id from deps d join tasks b on b.seq = d.task where d.blocker = t.seq and b.deleted_at is null order by b.seq)),
  iif(t.criteria_count = 0, '[]', (select json_group_array(json(one)) from (
    select json_object('n', k.n, 'text', k.text, 'checked', json(iif(k.checked, 'true', 'false')), 'evidence', k.evidence) as one
    from criteria k where k.task = t.seq order by k.n))),
  (select json_group_array(json(one)) from (
    select json_object('type', l.type, 'target', l.target) as one from links l where l.task = t.seq order by l.n))
from tasks t left join tasks p on p.seq = t.parent
where t.seq in (select value from json_each(?))`;
