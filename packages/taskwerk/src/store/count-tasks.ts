import type { Countable, StatsGroup } from "@taskwerk/contract/search";
import type { Reader } from "@taskwerk/sqlite/database";
import { priorityOf } from "../core/priority.ts";
import { type ListFilter, whereFits } from "./list-tasks.ts";

/** A task that is done: when it was made, when it was done, and how long it was in progress, milliseconds. */
export interface DoneTask {
  readonly created_at: string;
  readonly completed_at: string;
  readonly active_ms: number;
}

/** Tasks that fit, counted and grouped. */
export interface Counted {
  readonly total: number;
  readonly open: number;
  readonly done: number;
  readonly groups: readonly StatsGroup[];
  readonly finished: readonly DoneTask[];
}

/** Where a value comes from, and the tables it takes. Tasks without one count under null. */
const VALUES: Readonly<Record<Countable, readonly [value: string, from: string]>> = {
  status: ["status", "tasks"],
  priority: ["priority", "tasks"],
  assignee: ["assignee", "tasks"],
  category: ["category", "tasks"],
  type: ["type", "tasks"],
  created_by: ["created_by", "tasks"],
  tag: ["t.tag", "tasks left join tags t on t.task = seq"],
  parent: ["p.id", "tasks left join (select seq as above, id from tasks) p on p.above = tasks.parent"],
  session: ["s.session", "tasks left join (select task as of, session from task_sessions) s on s.of = seq"],
};

const COUNTS = `count(*) as total, coalesce(sum(status not in ('done', 'cancelled')), 0) as open,
  coalesce(sum(status = 'done'), 0) as done`;

/** Counts the tasks that fit, also by what they have in `by`. */
export async function countTasks(reader: Reader, prefix: string, filter: ListFilter, by: Countable): Promise<Counted> {
  const { sql, params } = await whereFits(reader, prefix, filter);
  const [value, from] = VALUES[by];
  const fitting = `seq in (select seq from tasks where ${sql})`;
  const groups = await reader.all<Omit<StatsGroup, "value"> & { readonly value: string | number | null }>(
    `select ${value} as value, ${COUNTS} from ${from} where tasks.${fitting} group by 1 order by 2 desc, 1`,
    params,
  );
  const all = await reader.get<Omit<StatsGroup, "value">>(`select ${COUNTS} from tasks where ${sql}`, params);
  const finished = await reader.all<DoneTask>(
    `select created_at, completed_at, active_ms from tasks where ${sql} and status = 'done' and completed_at is not null`,
    params,
  );
  return {
    ...all!,
    groups: groups.map((group) => ({
      ...group,
      value: typeof group.value === "number" ? priorityOf(group.value) : group.value,
    })),
    finished,
  };
}
