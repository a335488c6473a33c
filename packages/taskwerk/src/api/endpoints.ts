import { MORE_ROUTES, type MoreRoute } from "@taskwerk/contract/more-routes";
import { type OperationName, ROUTES, type Route } from "@taskwerk/contract/routes";
import { OPERATIONS } from "../operations/index.ts";

/** One address of an operation. */
export interface Endpoint extends MoreRoute {
  /** Its name in the OpenAPI document: the operation's own, for the address that the client uses. */
  readonly id: string;
}

const SUMMARIES = new Map(OPERATIONS.map(({ name, summary }) => [name, summary]));

/** Every address of every operation: contract's two tables as one. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...(Object.entries(ROUTES) as [OperationName, Route][]).map(([operation, route]) => ({
    ...route,
    id: operation,
    operation,
    summary: SUMMARIES.get(operation)!,
  })),
  ...Object.entries<MoreRoute>(MORE_ROUTES).map(([id, route]) => ({ ...route, id })),
];

/** What is found out about an endpoint once, and asked for with every call. */
function once<Key extends object, T>(find: (key: Key) => T): (key: Key) => T {
  const found = new WeakMap<Key, T>();
  return (key) => {
    const known = found.get(key);
    if (known !== undefined) return known;
    const now = find(key);
    found.set(key, now);
    return now;
  };
}

/** The names in a path's braces. */
export const pathNames = once<Pick<Route, "path">, readonly string[]>(({ path }) =>
  Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => name!),
);

/** The input fields that the address says by itself, or that cannot be given there. */
export const taken = once<Endpoint, ReadonlySet<string>>(
  (endpoint) =>
    new Set([
      ...pathNames(endpoint).map((name) => endpoint.binds?.[name] ?? name),
      ...Object.keys(endpoint.fixed ?? {}),
      ...(endpoint.without ?? []),
    ]),
);

/** True where the input stands in the query: reads, and DELETE, whose body nobody has to understand. */
export const takesQuery = ({ method }: Route): boolean => method === "GET" || method === "DELETE";
