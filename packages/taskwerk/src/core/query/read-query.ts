import type { Condition } from "./condition.ts";
import { parseQuery } from "./parse-query.ts";
import { type Asking, resolveQuery } from "./resolve-query.ts";
import { type Scope, scopeOf, termsMeant } from "./scope.ts";

/** A query, read: what it asks of a task, and how far it reaches by itself. */
export interface ReadQuery extends Scope {
  readonly condition: Condition;
  /** Terms that words of it may have been meant as. */
  readonly meant: readonly string[];
}

/** Reads a query for who asks, now. Throws INVALID_QUERY with the position in `details`. */
export function readQuery(text: string, asking: Asking): ReadQuery {
  const query = parseQuery(text);
  return {
    condition: resolveQuery(query, asking),
    meant: query === null ? [] : termsMeant(query),
    ...scopeOf(query),
  };
}
