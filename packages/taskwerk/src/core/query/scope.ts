import { PRIORITIES, statusNamed } from "@taskwerk/contract/status";
import type { Query, Term } from "./query.ts";
import { STATES } from "./resolve-query.ts";

/** Which tasks a query is about before it narrows them. */
export interface Scope {
  /** It says itself which statuses it means. Else a list is of the open ones. */
  readonly everyStatus: boolean;
  /** It speaks of archived ones. Else they are left out. */
  readonly archived: boolean;
  /** It speaks of deleted ones. Else they are left out. */
  readonly deleted: boolean;
}

/** Terms that say which statuses are meant, or name tasks whatever has become of them. */
const EVERY: ReadonlySet<string> = new Set(["status", "completed", "session", "id"]);
const EVERY_STATE: ReadonlySet<string> = new Set(["open", "closed", "archived", "deleted"]);

/** What a query says of its own reach, wherever it says it. */
export function scopeOf(query: Query | null): Scope {
  const terms = query === null ? [] : termsOf(query);
  const archived = terms.some(
    ({ field, values }) =>
      (field === "is" || field === "has" || field === "no") && values.some((value) => wordIn(value) === "archived"),
  );
  return {
    archived,
    deleted: terms.some(({ field, values }) => field === "is" && values.some((value) => wordIn(value) === "deleted")),
    everyStatus:
      archived ||
      terms.some(
        ({ field, values }) =>
          EVERY.has(field) || (field === "is" && values.some((value) => EVERY_STATE.has(wordIn(value)))),
      ),
  };
}

/** Words looked for as text that are also a status, a state or a priority: the terms that may have been meant. */
export function termsMeant(query: Query): readonly string[] {
  switch (query.kind) {
    case "and":
    case "or":
      return query.of.flatMap(termsMeant);
    case "not":
      return termsMeant(query.of);
    case "term":
      return [];
    case "words": {
      const word = query.text.toLowerCase();
      if (PRIORITIES.some((one) => one === word)) return [`priority:${word}`];
      if (STATES.some((one) => one === word)) return [`is:${word}`];
      const status = statusNamed(word);
      return status ? [`status:${status}`] : [];
    }
    default: {
      const never: never = query;
      return never;
    }
  }
}

const wordIn = (value: Term["values"][number]): string => (value.kind === "word" ? value.text.toLowerCase() : "");

function termsOf(query: Query): readonly Term[] {
  switch (query.kind) {
    case "and":
    case "or":
      return query.of.flatMap(termsOf);
    case "not":
      return termsOf(query.of);
    case "words":
      return [];
    case "term":
      return [query];
    default: {
      const never: never = query;
      return never;
    }
  }
}
