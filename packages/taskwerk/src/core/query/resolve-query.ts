import { isWerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import { PRIORITIES, STATUSES, type Status, statusNamed } from "@taskwerk/contract/status";
import { idsOfRange, LAST_TASK } from "../ids.ts";
import { isClosed } from "../moves.ts";
import {
  type Condition,
  EVERYTHING,
  HAVABLE,
  type Havable,
  type IdField,
  type MomentField,
  type WordField,
} from "./condition.ts";
import { kindOfField } from "./field.ts";
import { QUERY_LIMITS, type Query, type Term, type Value } from "./query.ts";
import { queryError } from "./query-error.ts";
import { type Direction, spanOf, workMinutes } from "./spans.ts";

/** Who asks, and when: what `me` and dates mean. */
export interface Asking {
  readonly now: Date;
  readonly actor: string;
  /** In which `@last` is looked for; null or none for all of them. */
  readonly session?: string | null;
}

/** Words that `is:` takes. */
export const STATES = [
  "ready",
  "open",
  "closed",
  "blocked",
  "waiting",
  "overdue",
  "deferred",
  "claimed",
  "stale",
  "archived",
  "deleted",
  "group",
  "leaf",
] as const;
type StateWord = (typeof STATES)[number];

/** How long a task that is being worked on or reviewed may stay untouched before it is stale. */
const STALE_MS = 7 * 86_400_000;

const OPEN: readonly Status[] = STATUSES.filter((status) => !isClosed(status));
const CLOSED: readonly Status[] = STATUSES.filter(isClosed);
const ACTIVE: readonly Status[] = ["in-progress", "review"];

/** What a query asks of a task. Throws INVALID_QUERY, with the nearest word, for a value that means nothing. */
export function resolveQuery(query: Query | null, asking: Asking): Condition {
  if (query === null) return EVERYTHING;
  switch (query.kind) {
    case "and":
    case "or":
      return { kind: query.kind, of: query.of.map((one) => resolveQuery(one, asking)) };
    case "not":
      return { kind: "not", of: resolveQuery(query.of, asking) };
    case "words":
      return { kind: "text", fields: ["title", "description"], needles: needlesOf(query.text) };
    case "term":
      return termCondition(query, asking);
    default: {
      const never: never = query;
      return never;
    }
  }
}

function termCondition(term: Term, asking: Asking): Condition {
  const { field, values } = term;
  const kind = kindOfField(field);
  switch (kind) {
    case "status":
      return statusCondition(term, asking);
    case "priority":
      return { kind: "priority", ranks: [...new Set(values.flatMap((value) => ranksOf(value, term)))] };
    case "word":
      return wordCondition(term, field as WordField, asking);
    case "id":
      return idCondition(term, field as IdField, asking);
    case "session":
      return { kind: "session", sessions: values.map(textOf) };
    case "state":
      return either(values.map((value) => stateCondition(wordAmong(value, term, STATES, "state"), asking)));
    case "has": {
      const some = either(
        values.map((value): Condition => ({ kind: "has", what: wordAmong(value, term, HAVABLE, "thing to have") })),
      );
      return field === "has" ? some : { kind: "not", of: some };
    }
    case "moment":
      return either(values.map((value) => momentCondition(value, term, asking)));
    case "length":
      return either(values.map((value) => lengthCondition(value, term)));
    case "text":
      return either(
        values.map((value): Condition => ({ kind: "text", fields: ["title"], needles: needlesOf(textOf(value)) })),
      );
    case "meta":
      return either(
        values.map((value): Condition => {
          const { text, prefix } = patternOf(value);
          return { kind: "meta", name: field.slice("meta.".length), value: text, prefix };
        }),
      );
    default: {
      const never: never = kind;
      return never;
    }
  }
}

const either = (some: readonly Condition[]): Condition => (some.length === 1 ? some[0]! : { kind: "or", of: some });
const both = (...of: readonly Condition[]): Condition => ({ kind: "and", of });
const statusIn = (statuses: readonly Status[]): Condition => ({ kind: "status", statuses });
const has = (what: Havable): Condition => ({ kind: "has", what });
const not = (of: Condition): Condition => ({ kind: "not", of });

/** `ready` is what lists call a todo that can be worked on: it may stand among the statuses. */
function statusCondition(term: Term, asking: Asking): Condition {
  const isReady = (value: Value): boolean => textOf(value).toLowerCase() === "ready";
  const statuses = term.values.filter((value) => !isReady(value)).map((value) => statusOf(value, term));
  const some = statuses.length > 0 ? [statusIn([...new Set(statuses)])] : [];
  return either(term.values.some(isReady) ? [...some, stateCondition("ready", asking)] : some);
}

function statusOf(value: Value, term: Term): Status {
  const word = textOf(value);
  return statusNamed(word) ?? wordAmong(value, term, STATUSES, "status");
}

function stateCondition(state: StateWord, { now }: Asking): Condition {
  const at = now.toISOString();
  const away = (ms: number): string => new Date(now.getTime() + ms).toISOString();
  switch (state) {
    case "ready":
    case "waiting":
    case "claimed":
    case "group":
    case "deleted":
      return { kind: "state", state, at };
    case "open":
      return statusIn(OPEN);
    case "closed":
      return statusIn(CLOSED);
    case "blocked":
      return either([statusIn(["blocked"]), { kind: "state", state: "waiting", at }]);
    case "overdue":
      return both(statusIn(OPEN), { kind: "moment", field: "due_at", from: null, to: away(-1) });
    case "deferred":
      return both(statusIn(OPEN), { kind: "moment", field: "defer_until", from: away(1), to: null });
    case "stale":
      return both(
        statusIn(ACTIVE),
        either([
          { kind: "state", state: "lapsed", at },
          both(not({ kind: "state", state: "claimed", at }), {
            kind: "moment",
            field: "updated_at",
            from: null,
            to: away(-STALE_MS),
          }),
        ]),
      );
    case "archived":
      return has("archived");
    case "leaf":
      return not(has("children"));
    default: {
      const never: never = state;
      return never;
    }
  }
}

/** The more urgent end of a range is the greater one; either end may come first. */
function ranksOf(value: Value, term: Term): readonly number[] {
  const rank = (word: string): number =>
    PRIORITIES.indexOf(wordAmong({ kind: "word", text: word, exact: false }, term, PRIORITIES, "priority"));
  const between = (one: number, other: number): number[] =>
    PRIORITIES.map((_, at) => at).filter((at) => at >= Math.min(one, other) && at <= Math.max(one, other));
  if (value.kind === "word") return [rank(value.text)];
  if (value.kind === "beyond") {
    const at = rank(value.text);
    return value.side === ">" ? between(0, at).filter((one) => one < at) : between(at, 3).filter((one) => one > at);
  }
  return between(value.from === null ? 3 : rank(value.from), value.to === null ? 0 : rank(value.to));
}

/** Fields of which a task has one or none, so that `none` can be said of them. */
const SINGLE: ReadonlySet<string> = new Set([
  "assignee",
  "category",
  "type",
  "key",
  "parent",
  "due",
  "defer",
  "estimate",
]);

const isNone = (value: Value, field: string): boolean =>
  value.kind === "word" && !value.exact && value.text.toLowerCase() === "none" && SINGLE.has(field);

/** What is asked of the values but `none`, or that there is no value. */
function orNone(term: Term, some: (values: readonly Value[]) => Condition): Condition {
  const values = term.values.filter((value) => !isNone(value, term.field));
  const none = values.length < term.values.length ? [not(has(term.field as Havable))] : [];
  return either([...(values.length > 0 ? [some(values)] : []), ...none]);
}

const wordCondition = (term: Term, field: WordField, { actor }: Asking): Condition =>
  orNone(term, (values) => ({
    kind: "word",
    field,
    words: values.map((value) => {
      const { text, prefix } = patternOf(value);
      if (field === "assignee" && text === "me" && value.kind === "word" && !value.exact)
        return { text: actor, prefix };
      // A key is asked for by how it begins: a source names its own.
      return { text, prefix: prefix || field === "key" };
    }),
  }));

const idCondition = (term: Term, field: IdField, asking: Asking): Condition =>
  orNone(term, (values) => {
    const ids = values.flatMap((value) => idsOf(value, term));
    return { kind: "id", field, ids, ...(ids.includes(LAST_TASK) ? { by: touchedBy(asking) } : {}) };
  });

const touchedBy = ({ actor, session }: Asking) => ({ actor, session: session ?? null });

/** As commands take them: `12`, `TASK-012.3`, `3..7`, the end of a uid, `@last`. */
function idsOf(value: Value, { field, at }: Term): readonly string[] {
  const word = textOf(value);
  const ids = value.kind === "word" && value.exact ? null : idsOfRange(word, QUERY_LIMITS.terms);
  if (ids === null) return [word];
  if (ids === "backwards") {
    throw queryError(`${field}: "${word}" is no range: the smaller number comes first.`, at, {
      hint: "A range looks like this:  id:3..7",
      given: word,
    });
  }
  if (ids === "many") {
    throw queryError(`${field}: "${word}" is more than ${QUERY_LIMITS.terms} ids.`, at, {
      hint: `Take it in parts:  (${field}:1..${QUERY_LIMITS.terms} or ...)`,
      given: word,
    });
  }
  return ids;
}

/** A `*` at the end of a word without quotes stands for any ending, and alone for any word. */
function patternOf(value: Value): { readonly text: string; readonly prefix: boolean } {
  const text = textOf(value);
  const prefix = value.kind === "word" && !value.exact && text.endsWith("*");
  return prefix ? { text: text.slice(0, -1), prefix } : { text, prefix };
}

const COLUMN: Readonly<Record<string, MomentField>> = {
  due: "due_at",
  defer: "defer_until",
  created: "created_at",
  updated: "updated_at",
  started: "started_at",
  completed: "completed_at",
};

function momentCondition(value: Value, term: Term, { now }: Asking): Condition {
  if (isNone(value, term.field)) return not(has(term.field as Havable));
  const direction: Direction = term.field === "due" || term.field === "defer" ? "ahead" : "back";
  const field = COLUMN[term.field]!;
  const span = (text: string) => {
    try {
      return spanOf(text, now, direction, term.field);
    } catch (error) {
      if (!isWerkError(error)) throw error;
      throw valueError(text, term, ["today", "tomorrow", "yesterday", "now", "eow", "eom"], "date", DATES);
    }
  };
  const near = (moment: string, ms: number): string => new Date(Date.parse(moment) + ms).toISOString();
  if (value.kind === "word") return { kind: "moment", field, ...span(value.text) };
  if (value.kind === "beyond") {
    const { from, to } = span(value.text);
    return value.side === "<"
      ? { kind: "moment", field, from: null, to: near(from, -1) }
      : { kind: "moment", field, from: near(to, 1), to: null };
  }
  const from = value.from === null ? null : span(value.from).from;
  const to = value.to === null ? null : span(value.to).to;
  if (from !== null && to !== null && from > to) throw backwards(value.from!, value.to!, term);
  return { kind: "moment", field, from, to };
}

const DATES = "For instance  2027-03-01, +2d, tomorrow, fri, eom, ..7d, mon..fri";

function lengthCondition(value: Value, term: Term): Condition {
  if (isNone(value, term.field)) return not(has(term.field as Havable));
  const minutes = (text: string): number => {
    const read = workMinutes(text);
    if (read !== null) return Math.round(read);
    throw valueError(text, term, [], "length of work", "For instance  45m, 4h, 1h30m, 2d (8 hours a day)");
  };
  if (value.kind === "word") return { kind: "minutes", from: minutes(value.text), to: minutes(value.text) };
  if (value.kind === "beyond") {
    const limit = minutes(value.text);
    return value.side === "<"
      ? { kind: "minutes", from: null, to: limit - 1 }
      : { kind: "minutes", from: limit + 1, to: null };
  }
  const from = value.from === null ? null : minutes(value.from);
  const to = value.to === null ? null : minutes(value.to);
  if (from !== null && to !== null && from > to) throw backwards(value.from!, value.to!, term);
  return { kind: "minutes", from, to };
}

const backwards = (from: string, to: string, { field, at }: Term) =>
  queryError(`${field}: ${from} lies behind ${to}, so nothing is between them.`, at, { given: `${from}..${to}` });

const textOf = (value: Value): string => (value.kind === "word" ? value.text : "");

function wordAmong<T extends string>(value: Value, term: Term, known: readonly T[], what: string): T {
  const given = textOf(value);
  const found = known.find((one) => one === given.toLowerCase());
  if (found) return found;
  throw valueError(given, term, known, what, `There is:  ${known.join(", ")}`);
}

function valueError(given: string, { field, at }: Term, known: readonly string[], what: string, hint: string) {
  const near = nearest(given, known);
  const word = given.length > 100 ? `${given.slice(0, 100)}...` : given;
  return queryError(`${field}: no ${what} "${word}".${near ? ` Did you mean "${near}"?` : ""}`, at, {
    hint,
    given,
    ...(near ? { candidates: [near] } : {}),
  });
}

/**
 * A text and its other cases. The store folds only ASCII letters, so `übung` looks for `ÜBUNG` and `Übung` as well.
 */
function needlesOf(text: string): readonly string[] {
  const upper = text.toUpperCase();
  const lower = text.toLowerCase();
  const [first = ""] = text;
  return [...new Set([text, lower, upper, first.toUpperCase() + lower.slice(first.length)].map(foldAscii))];
}

/** ASCII letters in lower case; all else as it is. */
export const foldAscii = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
