import { STATUSES } from "@taskwerk/contract/status";
import type { Reader, SqlValue } from "@taskwerk/sqlite/database";
import { LAST_TASK } from "../core/ids.ts";
import { isClosed } from "../core/moves.ts";
import { type Condition, type Havable, type IdField, numberMeant, type WordMatch } from "../core/query/condition.ts";
import { findTask } from "./find-task.ts";
import { lastTouched } from "./last-touched.ts";
import { READY_AT } from "./read-task.ts";
import { requireSession } from "./sessions.ts";

/** A condition on a row of `tasks`, and its values in order. What is NULL does not hold. */
export interface Where {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/**
 * Conditions, all of which must hold, as SQL on a row of `tasks`. Every value is bound. Throws TASK_NOT_FOUND,
 * AMBIGUOUS_ID and SESSION_NOT_FOUND for what a condition names and the store does not have.
 */
export async function whereAll(reader: Reader, prefix: string, conditions: readonly Condition[]): Promise<Where> {
  const parts: Where[] = [];
  for (const condition of conditions) parts.push(await whereOf(reader, prefix, condition));
  return joined(parts, " and ", "true");
}

async function whereOf(reader: Reader, prefix: string, condition: Condition): Promise<Where> {
  switch (condition.kind) {
    case "and":
      return whereAll(reader, prefix, condition.of);
    case "or": {
      const parts: Where[] = [];
      for (const one of condition.of) parts.push(await whereOf(reader, prefix, one));
      return joined(parts, " or ", "false");
    }
    case "not": {
      const { sql, params } = await whereOf(reader, prefix, condition.of);
      return { sql: `(${sql}) is not true`, params };
    }
    case "status":
      return among("status", condition.statuses);
    case "priority":
      return among("priority", condition.ranks);
    case "word":
      return wordWhere(condition);
    case "id": {
      const seqs: number[] = [];
      const { ids, field, by } = condition;
      for (const id of ids) {
        const meant = by && id === LAST_TASK ? (await lastTouched(reader, by.actor, by.session)).id : id;
        seqs.push((await findTask(reader, prefix, meant, field)).seq);
      }
      return { sql: ID_SQL[field], params: [JSON.stringify(seqs)] };
    }
    case "session": {
      for (const session of condition.sessions) await requireSession(reader, session);
      const { sql, params } = among("session", condition.sessions);
      return { sql: `seq in (select task from task_sessions where ${sql})`, params };
    }
    case "moment":
      return between(condition.field, condition.from, condition.to);
    case "minutes":
      return between("estimate_minutes", condition.from, condition.to);
    case "state":
      return stateWhere(condition);
    case "has":
      return { sql: HAS_SQL[condition.what], params: [] };
    case "text":
      return joined(
        condition.fields.flatMap((field) =>
          condition.needles.map((needle) => ({ sql: `instr(lower(${field}), ?) > 0`, params: [needle] })),
        ),
        " or ",
        "false",
      );
    case "meta":
      return metaWhere(condition);
    default: {
      const never: never = condition;
      return never;
    }
  }
}

/** Halves of halves: SQLite takes no expression that is a thousand deep, and a list of tags may be that long. */
function joined(parts: readonly Where[], by: " and " | " or ", none: string): Where {
  if (parts.length < 2) return parts[0] ?? { sql: none, params: [] };
  const middle = parts.length >> 1;
  const [left, right] = [joined(parts.slice(0, middle), by, none), joined(parts.slice(middle), by, none)];
  return { sql: `(${left.sql})${by}(${right.sql})`, params: [...left.params, ...right.params] };
}

function among(column: string, values: readonly SqlValue[]): Where {
  if (values.length === 0) return { sql: "false", params: [] };
  if (values.length === 1) return { sql: `${column} = ?`, params: values };
  return { sql: `${column} in (${values.map(() => "?").join(", ")})`, params: values };
}

/** Both ends are in it; null is no end. */
export function between(column: string, from: SqlValue | null, to: SqlValue | null): Where {
  const ends: Where[] = [];
  if (from !== null) ends.push({ sql: `${column} >= ?`, params: [from] });
  if (to !== null) ends.push({ sql: `${column} <= ?`, params: [to] });
  return joined(ends, " and ", `${column} is not null`);
}

/** Everything that begins so comes before the beginning with the last of all characters behind it. */
const LAST = "\u{10ffff}";

function fits(column: string, words: readonly WordMatch[]): Where {
  const whole = words.filter(({ prefix }) => !prefix).map(({ text }) => text);
  return joined(
    [
      ...(whole.length > 0 ? [among(column, whole)] : []),
      ...words
        .filter(({ prefix }) => prefix)
        .map(({ text }) => ({ sql: `${column} >= ? and ${column} < ?`, params: [text, text + LAST] })),
    ],
    " or ",
    "false",
  );
}

function wordWhere({ field, words }: Extract<Condition, { kind: "word" }>): Where {
  switch (field) {
    case "tag": {
      const { sql, params } = fits("tag", words);
      return { sql: `seq in (select task from tags where ${sql})`, params };
    }
    case "files": {
      // A path stands for all that lies below it.
      const below = words.filter(({ prefix }) => !prefix).map(({ text }) => ({ text: `${text}/`, prefix: true }));
      return inJson("files", fits("value", [...words, ...below]));
    }
    case "capability":
      return inJson("capabilities", fits("value", words));
    default:
      return fits(field, words);
  }
}

const inJson = (column: string, { sql, params }: Where): Where => ({
  sql: `exists (select 1 from json_each(tasks.${column}) where ${sql})`,
  params,
});

const IN = "in (select value from json_each(?))";
const ID_SQL: Readonly<Record<IdField, string>> = {
  id: `seq ${IN}`,
  parent: `parent ${IN}`,
  under: `seq in (with recursive below (seq) as (
    select b.seq from tasks b where b.parent ${IN} union select b.seq from tasks b join below on b.parent = below.seq
  ) select seq from below)`,
  after: `seq in (select task from deps where blocker ${IN})`,
  before: `seq in (select blocker from deps where task ${IN})`,
};

const CLOSED = STATUSES.filter(isClosed)
  .map((status) => `'${status}'`)
  .join(", ");

function stateWhere({ state, at }: Extract<Condition, { kind: "state" }>): Where {
  switch (state) {
    case "ready":
      return { sql: READY_AT, params: [at, at] };
    case "waiting":
      return { sql: `(open_blockers > 0 or holding_ancestors > 0) and status not in (${CLOSED})`, params: [] };
    case "claimed":
      return { sql: "claim_until > ?", params: [at] };
    case "lapsed":
      return { sql: "claim_until <= ?", params: [at] };
    case "group":
      return { sql: "child_count > 0 and criteria_count = 0", params: [] };
    case "deleted":
      return { sql: "deleted_at is not null and purged_at is null", params: [] };
    default: {
      const never: never = state;
      return never;
    }
  }
}

const HAS_SQL: Readonly<Record<Havable, string>> = {
  due: "due_at is not null",
  defer: "defer_until is not null",
  estimate: "estimate_minutes is not null",
  assignee: "assignee is not null",
  category: "category is not null",
  type: "type is not null",
  key: "key is not null",
  description: "description <> ''",
  tag: "exists (select 1 from tags where task = tasks.seq)",
  files: "files <> '[]'",
  capability: "capabilities <> '[]'",
  parent: "parent is not null",
  children: "child_count > 0",
  after: "exists (select 1 from deps where task = tasks.seq)",
  before: "exists (select 1 from deps where blocker = tasks.seq)",
  acceptance: "criteria_count > 0",
  link: "exists (select 1 from links where task = tasks.seq)",
  claim: "claim_by is not null",
  meta: "metadata <> '{}'",
  archived: "archived_at is not null",
};

function metaWhere({ name, value, prefix }: Extract<Condition, { kind: "meta" }>): Where {
  const text = fits("value", [{ text: value, prefix }]);
  const number = prefix ? null : numberMeant(value);
  // `*` alone is every text, number, true, false and null; a list or an object is no word.
  const ways: Where[] =
    prefix && value === ""
      ? [{ sql: "type not in ('array', 'object')", params: [] }]
      : [{ sql: `type = 'text' and (${text.sql})`, params: text.params }];
  if (number !== null) ways.push({ sql: "type in ('integer', 'real') and value = ?", params: [number] });
  if (!prefix && ["true", "false", "null"].includes(value)) ways.push({ sql: "type = ?", params: [value] });
  const { sql, params } = joined(ways, " or ", "false");
  return {
    sql: `exists (select 1 from json_each(tasks.metadata) where key = ? and (${sql}))`,
    params: [name, ...params],
  };
}
