import type { CheckProblem } from "@taskwerk/contract/check";
import type { Reader } from "@taskwerk/sqlite/database";

/** What each counter of a task that is there must be, said without any counter. */
const COUNTED = `
select t.id, t.seq,
  t.depth as depth, coalesce((select p.depth + 1 from tasks p where p.seq = t.parent), 0) as depth_is,
  t.open_blockers as open_blockers, (select count(*) from open_deps d where d.task = t.seq) as open_blockers_is,
  t.open_children as open_children, (select count(*) from tasks c where c.parent = t.seq and c.deleted_at is null
    and c.status not in ('done', 'cancelled')) as open_children_is,
  t.child_count as child_count, (select count(*) from tasks c where c.parent = t.seq and c.deleted_at is null) as child_count_is,
  t.criteria_count as criteria_count, (select count(*) from criteria k where k.task = t.seq) as criteria_count_is,
  t.open_dependants as open_dependants, (select count(*) from deps d join tasks o on o.seq = d.task
    where d.blocker = t.seq and o.deleted_at is null and o.status not in ('done', 'cancelled')) as open_dependants_is,
  t.holding_ancestors as holding_ancestors, iif(t.parent is null, 0, (
    with recursive above (seq) as (
      select t.parent union all select a.parent from tasks a join above on a.seq = above.seq where a.parent is not null
    )
    select count(*) from above join tasks a on a.seq = above.seq
    where a.status in ('blocked', 'paused') or exists (select 1 from open_deps d where d.task = a.seq)
  )) as holding_ancestors_is
from tasks t where t.deleted_at is null`;

const COUNTERS = [
  "depth",
  "open_blockers",
  "open_children",
  "child_count",
  "criteria_count",
  "open_dependants",
  "holding_ancestors",
] as const;

const MOST = 100;

/** Holds the counters on tasks, the tallies and what is marked ready against what they count. */
export async function checkCounters(reader: Reader): Promise<readonly CheckProblem[]> {
  const wrong = COUNTERS.map((name) => `${name} <> ${name}_is`).join(" or ");
  const rows = await reader.all<Record<string, string | number>>(
    `select * from (${COUNTED}) where ${wrong} order by seq limit ${MOST}`,
  );
  const counters = rows.flatMap((row) =>
    COUNTERS.filter((name) => row[name] !== row[`${name}_is`]).map(
      (name) => `${row.id} ${name} says ${row[name]} and is ${row[`${name}_is`]}`,
    ),
  );
  const ready = await reader.all<{ id: string; candidate: number }>(
    `select id, candidate from tasks where candidate <> (seq in (select seq from ready)) order by seq limit ${MOST}`,
  );
  const tallies = await reader.all<{ name: string; n: number; is: number }>(
    `select name, n, iif(name = 'candidate', (select count(*) from tasks where candidate = 1),
       (select count(*) from tasks where bucket = tallies.name)) as "is" from tallies`,
  );
  const numbers = await reader.all<{ id: string; last: number }>(
    `select p.id, c.last from id_counters c join tasks p on p.seq = c.parent
     where c.last < (
       -- By id: a child that was moved keeps the number it got here.
       select count(*) from tasks t where t.id > p.id || '.' and t.id < p.id || '/'
         and instr(substr(t.id, length(p.id) + 2), '.') = 0
     )`,
  );
  return [
    ...counters,
    ...ready.map(({ id, candidate }) => `${id} is marked as ${candidate === 1 ? "" : "not "}ready, and is not so`),
    ...tallies.filter(({ n, is }) => n !== is).map(({ name, n, is }) => `the tally of ${name} says ${n} and is ${is}`),
    ...numbers.map(({ id, last }) => `the last number under ${id} says ${last}, and there are more`),
  ]
    .slice(0, MOST)
    .map((message) => ({ check: "counters", message }));
}
