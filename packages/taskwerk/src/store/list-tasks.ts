import type { Page } from "@taskwerk/contract/envelope";
import { STATUSES, type Status } from "@taskwerk/contract/status";
import type { Reader } from "@taskwerk/sqlite/database";
import { isClosed } from "../core/moves.ts";
import type { Condition } from "../core/query/condition.ts";
import {
  behind,
  DUE_KEY,
  LISTED,
  type ListOrder,
  NO_DATE,
  orderSql,
  readCursor,
  URGENT,
  writeCursor,
} from "./list-order.ts";
import { between, type Where, whereAll } from "./where.ts";

/** Which tasks to list, and in which order. */
export interface ListFilter {
  /** All of them hold. */
  readonly conditions: readonly Condition[];
  /** Archived ones too. */
  readonly archived: boolean;
  /** Deleted ones too, archived or not. */
  readonly deleted: boolean;
  /** Default: the order of lists; where only ready ones are asked for, that of urgency. */
  readonly order?: ListOrder;
  /** What may have been meant instead, where nothing fits. */
  readonly meant?: readonly string[];
}

/** Row numbers of one page, in order. */
export interface ListPage {
  readonly seqs: readonly number[];
  readonly page: Page;
}

const RANKS: Readonly<Record<Status, readonly [number, number]>> = {
  "in-progress": [0, 0],
  review: [1, 1],
  todo: [2, 3],
  blocked: [4, 4],
  paused: [5, 5],
  done: [6, 6],
  cancelled: [7, 7],
};

/** A filter taken apart into what the indexes know and the rest. */
interface Sorted {
  /** What can be worked on, where only that is asked for. */
  readonly ready: Condition | null;
  /** null: every status. */
  readonly statuses: readonly Status[] | null;
  readonly others: readonly Condition[];
}

/**
 * One page of tasks. `limit` 0 is every row. Throws INVALID_QUERY for a cursor that no list of this kind gave, and what
 * {@link whereAll} throws.
 */
export async function listTasks(
  reader: Reader,
  prefix: string,
  filter: ListFilter,
  at: string,
  limit: number,
  cursor?: string,
): Promise<ListPage> {
  const sorted = sort(filter.conditions);
  const order = filter.order ?? (sorted.ready ? URGENT : LISTED);
  const where = await whereOf(reader, prefix, filter, sorted);
  const after = cursor === undefined ? null : behind(order, readCursor(order, cursor));
  const columns = order.keys.map(({ sql }) => sql);
  const rows = await reader.lists<(string | number)[]>(
    `select ${columns.join(", ")}, seq from tasks where ${where.sql}${after ? ` and ${after.sql}` : ""} order by ${orderSql(order)}${
      limit > 0 ? " limit ?" : ""
    }`,
    [...where.params, ...(after?.params ?? []), ...(limit > 0 ? [limit + 1] : [])],
  );
  const truncated = limit > 0 && rows.length > limit;
  const shown = truncated ? rows.slice(0, limit) : rows;
  const last = shown.at(-1);
  return {
    seqs: shown.map((row) => Number(row.at(-1))),
    page: {
      returned: shown.length,
      total: after || truncated ? await total(reader, filter, sorted, where, at) : shown.length,
      truncated,
      cursor: truncated && last ? writeCursor(order, last.slice(0, -1)) : null,
    },
  };
}

/** Every task that fits, as SQL on a row of `tasks`. */
export const whereFits = (reader: Reader, prefix: string, filter: ListFilter): Promise<Where> =>
  whereOf(reader, prefix, filter, sort(filter.conditions));

/** Row numbers of every task that fits, the oldest first. */
export async function seqsThatFit(reader: Reader, prefix: string, filter: ListFilter): Promise<readonly number[]> {
  const { sql, params } = await whereFits(reader, prefix, filter);
  const rows = await reader.lists<readonly [number]>(`select seq from tasks where ${sql} order by seq`, params);
  return rows.map(([seq]) => seq);
}

function sort(conditions: readonly Condition[]): Sorted {
  const flat = flatten(conditions);
  const ready = flat.find((one) => one.kind === "state" && one.state === "ready") ?? null;
  const statuses = flat.flatMap((one) => (one.kind === "status" ? [one.statuses] : []));
  return {
    ready,
    statuses:
      statuses.length === 0 ? null : STATUSES.filter((status) => statuses.every((some) => some.includes(status))),
    others: flat.filter((one) => one !== ready && one.kind !== "status"),
  };
}

const flatten = (conditions: readonly Condition[]): readonly Condition[] =>
  conditions.flatMap((one) => (one.kind === "and" ? flatten(one.of) : [one]));

async function whereOf(
  reader: Reader,
  prefix: string,
  { archived, deleted, order }: ListFilter,
  { ready, statuses, others }: Sorted,
): Promise<Where> {
  const due = !archived && !deleted && !ready && statuses?.every((one) => !isClosed(one)) === true;
  const byDue = due && order?.keys[0]?.sql === DUE_KEY;
  const within = archived ? "deleted_at is null" : "bucket <> 'hidden'";
  const scope = { sql: deleted ? `(${within} or deleted_at is not null and purged_at is null)` : within, params: [] };
  const parts: Where[] = [
    ready ? await whereAll(reader, prefix, [ready]) : scope,
    ...(statuses === null ? [] : statusWhere(statuses, ready !== null || byDue)),
    ...(byDue ? [{ sql: OPEN, params: [] }] : due ? dueWhere(others) : []),
  ];
  if (others.length > 0) {
    const { sql, params } = await whereAll(reader, prefix, others);
    parts.push({ sql: `(${sql})`, params });
  }
  return { sql: parts.map(({ sql }) => sql).join(" and "), params: parts.flatMap(({ params }) => params) };
}

/** Letter for letter what the index of due dates has: only then does it serve. */
const OPEN = "bucket not in ('done', 'cancelled', 'hidden')";

/**
 * Open tasks that are due by some moment, from the index of due dates: a list walks its own index otherwise, up to all open
 * tasks for the few that are overdue. Says nothing that the conditions do not say.
 */
function dueWhere(others: readonly Condition[]): readonly Where[] {
  return others.flatMap((one): readonly Where[] => {
    // Without an end it would be all that have no date, too.
    if (one.kind !== "moment" || one.field !== "due_at" || one.to === null || one.to >= NO_DATE) return [];
    const { sql, params } = between(DUE_KEY, one.from, one.to);
    return [{ sql: `seq in (select seq from tasks where ${OPEN} and ${sql})`, params }];
  });
}

/** Statuses as the range of ranks that the index of lists has, and by name where that range has others too. */
function statusWhere(statuses: readonly Status[], other: boolean): readonly Where[] {
  const among = { sql: `status in (${statuses.map(() => "?").join(", ")})`, params: statuses };
  if (statuses.length === 0) return [{ sql: "false", params: [] }];
  // The order is that of another index.
  if (other) return [among];
  const ranks = statuses.flatMap((status) => RANKS[status]);
  const [first, last] = [Math.min(...ranks), Math.max(...ranks)];
  const within = STATUSES.filter((status) => RANKS[status][0] >= first && RANKS[status][1] <= last);
  const range = { sql: "rank between ? and ?", params: [first, last] };
  return within.length === statuses.length ? [range] : [range, among];
}

async function total(
  reader: Reader,
  { archived }: ListFilter,
  { ready, statuses, others }: Sorted,
  where: Where,
  at: string,
): Promise<number> {
  if (others.length === 0 && ready && statuses === null) return countReady(reader, at);
  if (others.length === 0 && !ready && !archived) {
    const row = await reader.get<{ n: number }>(
      `select coalesce(sum(n), 0) as n from tallies where name not in ('hidden', 'candidate')${
        statuses ? ` and name in (${statuses.map(() => "?").join(", ")})` : ""
      }`,
      statuses ?? [],
    );
    return row!.n;
  }
  const row = await reader.get<{ n: number }>(`select count(*) as n from tasks where ${where.sql}`, where.params);
  return row!.n;
}

/** How many tasks are ready: the tally of what nothing holds, less the few whose time has not come or that are claimed. */
export async function countReady(reader: Reader, at: string): Promise<number> {
  const row = await reader.get<{ n: number }>(
    `select n - (select count(*) from tasks where candidate = 1 and defer_until is not null and defer_until > ?)
       - (select count(*) from tasks where claim_until is not null and claim_until > ? and candidate = 1
            and (defer_until is null or defer_until <= ?)) as n
     from tallies where name = 'candidate'`,
    [at, at, at],
  );
  return row!.n;
}
