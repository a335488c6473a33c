import type { TaskRow } from "../../task-row.ts";

/** A task's row with its parent's id and, as JSON arrays, what hangs on it. */
export interface TaskJsonRow extends TaskRow {
  readonly parent_id: string | null;
  readonly tags: string;
  readonly children: string;
  readonly depends_on: string;
  readonly blocks: string;
  readonly acceptance: string;
  readonly links: string;
}

/** Takes a JSON array of row numbers. Each array comes from one search by key, inside SQLite. */
export const SELECT_TASKS = /* sql */ `
select t.*, p.id as parent_id,
  (select json_group_array(tag) from (select g.tag from tags g where g.task = t.seq order by g.tag)) as tags,
  iif(t.child_count = 0, '[]', (select json_group_array(id) from (
    select c.id from tasks c where c.parent = t.seq and c.deleted_at is null order by c.seq))) as children,
  (select json_group_array(id) from (
    select b.id from deps d join tasks b on b.seq = d.blocker where d.task = t.seq order by b.seq)) as depends_on,
  (select json_group_array(id) from (
    select b.id from deps d join tasks b on b.seq = d.task where d.blocker = t.seq order by b.seq)) as blocks,
  iif(t.criteria_count = 0, '[]', (select json_group_array(json(one)) from (
    select json_object('n', k.n, 'text', k.text, 'checked', json(iif(k.checked, 'true', 'false')), 'evidence', k.evidence) as one
    from criteria k where k.task = t.seq order by k.n))) as acceptance,
  (select json_group_array(json(one)) from (
    select json_object('type', l.type, 'target', l.target) as one from links l where l.task = t.seq order by l.n)) as links
from tasks t left join tasks p on p.seq = t.parent
where t.seq in (select value from json_each(?))`;
