import type { Page } from "@taskwerk/contract/envelope";
import { WerkError } from "@taskwerk/contract/errors";
import { type Priority, STATUSES, type Status } from "@taskwerk/contract/status";
import type { Reader, SqlValue } from "@taskwerk/sqlite/database";
import { rankOf } from "../core/priority.ts";
import { READY_AT, withTags } from "./read-task.ts";

/** What to list. Ids are row numbers here; without `statuses` it is every status. */
export interface ListFilter {
  readonly statuses?: readonly Status[];
  readonly tags?: readonly string[];
  readonly assignee?: string;
  readonly parent?: number;
  readonly priorities?: readonly Priority[];
  readonly session?: string;
  readonly keyPrefix?: string;
  readonly ready?: boolean;
}

/** Row numbers of one page, in order. */
export interface ListPage {
  readonly seqs: readonly number[];
  readonly page: Page;
}

/** Running first, then review, ready, waiting, blocked, paused, closed; the more urgent before the less. */
const LISTED = ["rank", "priority", "due_key", "dependants_key", "seq"] as const;
/** By urgency alone: priority, due date, how much waits for it, age. */
const URGENT = ["priority", "due_key", "dependants_key", "seq"] as const;

const RANKS: Readonly<Record<Status, readonly [number, number]>> = {
  "in-progress": [0, 0],
  review: [1, 1],
  todo: [2, 3],
  blocked: [4, 4],
  paused: [5, 5],
  done: [6, 6],
  cancelled: [7, 7],
};

/**
 * One page of tasks in the order of lists (with `ready`: of urgency). `limit` 0 is every row. Throws INVALID_QUERY for a
 * cursor that no list of this kind gave.
 */
export async function listTasks(
  reader: Reader,
  filter: ListFilter,
  at: string,
  limit: number,
  cursor?: string,
): Promise<ListPage> {
  const order = filter.ready ? URGENT : LISTED;
  const where = conditions(filter, at);
  const after = cursor === undefined ? null : readCursor(cursor, order.length);
  const rows = await reader.all<Record<(typeof LISTED)[number], string | number>>(
    `select ${order.join(", ")} from tasks where ${[
      ...where.terms,
      ...(after ? [`(${order.join(", ")}) > (${order.map(() => "?").join(", ")})`] : []),
    ].join(" and ")} order by ${order.join(", ")}${limit > 0 ? " limit ?" : ""}`,
    [...where.params, ...(after ?? []), ...(limit > 0 ? [limit + 1] : [])],
  );
  const truncated = limit > 0 && rows.length > limit;
  const shown = truncated ? rows.slice(0, limit) : rows;
  const last = shown.at(-1);
  return {
    seqs: shown.map((row) => Number(row.seq)),
    page: {
      returned: shown.length,
      total: await total(reader, filter, where, at),
      truncated,
      cursor: truncated && last ? writeCursor(order.map((column) => last[column])) : null,
    },
  };
}

interface Where {
  readonly terms: readonly string[];
  readonly params: readonly SqlValue[];
}

function conditions(filter: ListFilter, at: string): Where {
  const terms: string[] = [];
  const params: SqlValue[] = [];
  const add = (term: string, ...values: SqlValue[]): void => {
    terms.push(term);
    params.push(...values);
  };
  const among = (column: string, values: readonly SqlValue[]): void =>
    add(`${column} in (${values.map(() => "?").join(", ")})`, ...values);
  if (filter.ready) add(READY_AT, at, at);
  else add("bucket <> 'hidden'");
  if (filter.statuses) {
    const ranks = filter.statuses.flatMap((status) => RANKS[status]);
    const [first, last] = [Math.min(...ranks), Math.max(...ranks)];
    if (!filter.ready) add("rank between ? and ?", first, last);
    // Where the range is not exactly those statuses, the rows say which they are.
    const within = STATUSES.filter((status) => RANKS[status][0] >= first && RANKS[status][1] <= last);
    if (filter.ready || within.some((status) => !filter.statuses!.includes(status))) among("status", filter.statuses);
  }
  if (filter.priorities) among("priority", filter.priorities.map(rankOf));
  if (filter.assignee !== undefined) add("assignee = ?", filter.assignee);
  if (filter.parent !== undefined) add("parent = ?", filter.parent);
  if (filter.keyPrefix !== undefined) add("key >= ? and key < ?", filter.keyPrefix, `${filter.keyPrefix}\u{10ffff}`);
  if (filter.tags?.length) add(...withTags(filter.tags));
  if (filter.session !== undefined) add("seq in (select task from task_sessions where session = ?)", filter.session);
  return { terms, params };
}

async function total(reader: Reader, filter: ListFilter, where: Where, at: string): Promise<number> {
  const { statuses, ready, ...others } = filter;
  const plain = Object.values(others).every(
    (value) => value === undefined || (Array.isArray(value) && value.length === 0),
  );
  if (plain && ready && !statuses) return countReady(reader, at);
  if (plain && !ready) {
    const row = await reader.get<{ n: number }>(
      `select coalesce(sum(n), 0) as n from tallies where name not in ('hidden', 'candidate')${
        statuses ? ` and name in (${statuses.map(() => "?").join(", ")})` : ""
      }`,
      statuses ?? [],
    );
    return row!.n;
  }
  const row = await reader.get<{ n: number }>(
    `select count(*) as n from tasks where ${where.terms.join(" and ")}`,
    where.params,
  );
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

const writeCursor = (key: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(key)).toString("base64url");

function readCursor(text: string, length: number): readonly SqlValue[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    const fits =
      Array.isArray(key) &&
      key.length === length &&
      key.every((one) => typeof one === "string" || typeof one === "number");
    if (fits) return key;
  } catch {
    // Falls through to the error below.
  }
  throw new WerkError("INVALID_QUERY", "the cursor is not one that this list gave.", {
    hint: "Begin without a cursor.",
    field: "cursor",
    given: text.slice(0, 100),
  });
}
