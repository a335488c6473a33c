/** Every address a server could answer at, and some at which it must not. */
import { MORE_ROUTES } from "@taskwerk/contract/more-routes";
import { ROUTES } from "@taskwerk/contract/routes";
import { DESCRIPTIONS, ROTATE } from "@taskwerk/contract/scopes";

/** One request line without its version, and the body that goes with it. */
export interface Target {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** More header lines. */
  readonly headers: readonly string[];
}

const target = (method: string, path: string, headers: readonly string[] = []): Target => ({
  name: `${method} ${path}${headers.length > 0 ? ` ${headers[0]}` : ""}`,
  method,
  path,
  body: method === "GET" || method === "HEAD" ? "" : "{}",
  headers,
});
const filled = (path: string): string => path.replace("{id}", "1").replace(/\{\w+\}/g, "x");

/** All routes of both tables, those beside them, none, and each other way of asking. */
export const TARGETS: readonly Target[] = [
  ...[...Object.values(ROUTES), ...Object.values(MORE_ROUTES), ...DESCRIPTIONS].map(({ method, path }) =>
    target(method, filled(path)),
  ),
  target(ROTATE.method, ROTATE.path),
  target("GET", "/healthz"),
  target("HEAD", "/healthz"),
  target("POST", "/healthz"),
  target("GET", "/"),
  target("GET", "/no/such/route"),
  target("POST", "/no/such/route"),
  target("HEAD", "/v1/tasks"),
  target("OPTIONS", "/v1/tasks"),
  target("OPTIONS", "/healthz"),
  target("PUT", "/v1/tasks"),
  target("DELETE", "/v1/tasks/1"),
  target("TRACE", "/v1/tasks"),
  target("GET", "/v1/events", ["Accept: text/event-stream"]),
  target("GET", "/v1/events", ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]),
  target("GET", "/v1/tasks", ["Connection: Upgrade", "Upgrade: h2c"]),
];

/** True where no token is asked for. */
export const isHealth = ({ method, path }: Target): boolean =>
  path === "/healthz" && (method === "GET" || method === "HEAD");

/** True where a body is looked at. */
export const takesBody = ({ method }: Target): boolean => method !== "GET" && method !== "HEAD";
