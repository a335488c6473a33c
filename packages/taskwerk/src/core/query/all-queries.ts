import { parseQuery } from "./parse-query.ts";

/**
 * One query for all of these together; undefined where there is none. Each is read by itself first, so that no bracket in one
 * of them reaches into the next. Throws INVALID_QUERY.
 */
export function allQueries(...queries: readonly (string | undefined)[]): string | undefined {
  const some = queries.filter((query) => query !== undefined);
  if (some.length < 2) return some[0];
  for (const query of some) parseQuery(query);
  return some.map((query) => `(${query})`).join(" ");
}
