import { parseToken } from "@taskwerk/contract/claim-token";
import { WerkError } from "@taskwerk/contract/errors";
import type { OperationName } from "@taskwerk/contract/routes";
import { DESCRIPTIONS, ROTATE, SCOPES } from "@taskwerk/contract/scopes";
import type { Grant } from "./bearer.ts";
import { ENDPOINTS } from "./endpoints.ts";

/** A request that has passed the guard. */
export interface Asked {
  readonly method: string;
  readonly url: string;
}

/** The uid of the task that a text names; null where it names none. */
export type UidOf = (id: string) => Promise<string | null>;

/**
 * Lets a request pass to the routes if the scope allows it: all of what it might mean. What no route is known for is the
 * owner's. Throws FORBIDDEN naming the scope.
 */
export async function checkScope(asked: Asked, grant: Grant, uidOf: UidOf): Promise<void> {
  const { scope, task } = grant;
  if (scope === "owner") return;
  const meant = meaningsOf(asked);
  const allowed =
    meant.length > 0 && meant.every(({ operation }) => operation === null || SCOPES[operation].includes(scope));
  if (!allowed) throw forbidden(asked, scope);
  if (scope !== "task") return;
  for (const { operation, params } of meant) {
    if (operation !== null && (task === null || (await subjectOf(params, uidOf)) !== task)) {
      throw forbidden(asked, scope, " of another task");
    }
  }
}

interface Meaning {
  /** Null: it only tells of the API. */
  readonly operation: OperationName | null;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
}

/** What the server answers itself. */
const OWN: ReadonlySet<string> = new Set(["/healthz", ROTATE.path]);

/** What a request asks for, as it may be written down: the route, with the id of a task in it and nothing else. */
export function shownRoute(method: string, url: string): string {
  const [meant] = meaningsOf({ method, url });
  const word = /^[A-Z]{1,20}$/.test(method) ? method : "?";
  if (OWN.has(url)) return `${word} ${url}`;
  if (!meant) return `${word} (no route)`;
  const { id = "" } = meant.params;
  return `${method} ${/^[\w.-]{1,40}$/.test(id) ? meant.path.replace("{id}", id) : meant.path}`;
}

function meaningsOf({ method, url }: Asked): readonly Meaning[] {
  const path = url.split("?", 1)[0]!;
  const wanted = method === "HEAD" ? "GET" : method;
  return PATTERNS.flatMap((one) => {
    const match = one.method === wanted ? one.pattern.exec(path) : null;
    return match ? [{ operation: one.operation, path: one.path, params: decoded(match.groups ?? {}) }] : [];
  });
}

const decoded = (groups: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeOr(value)]));

function decodeOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);

const PATTERNS = [
  ...ENDPOINTS.map(({ operation, method, path }) => ({
    operation,
    method,
    path,
    pattern: patternOf(path),
  })),
  ...DESCRIPTIONS.map(({ method, path }) => ({ operation: null, method, path, pattern: patternOf(path) })),
];

/** The uid of the task that a path is about: it names the task, or a claim of it. */
async function subjectOf({ id, token }: Meaning["params"], uidOf: UidOf): Promise<string | null> {
  if (id !== undefined) return uidOf(id);
  return token === undefined ? null : (parseToken(token)?.uid ?? null);
}

const forbidden = ({ method, url }: Asked, scope: string, why = ""): WerkError =>
  new WerkError("FORBIDDEN", `this token has the scope ${scope}: not for ${shownRoute(method, url)}${why}`, {
    hint: "What each scope may do:  taskwerk help scopes",
    field: "authorization",
    details: { scope },
  });
