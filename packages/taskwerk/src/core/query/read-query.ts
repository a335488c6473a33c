import type { Condition } from "./condition.ts";
import { parseQuery } from "./parse-query.ts";
import { type Asking, resolveQuery } from "./resolve-query.ts";
import { type Scope, scopeOf } from "./scope.ts";

/** A query, read: what it asks of a task, and how far it reaches by itself. */
export interface ReadQuery extends Scope {
  readonly condition: Condition;
}

/** Reads a query for who asks, now. Throws INVALID_QUERY with the position in `details`. */
export function readQuery(text: string, asking: Asking): ReadQuery {
  const query = parseQuery(text);
  return { condition: resolveQuery(query, asking), ...scopeOf(query) };
}
