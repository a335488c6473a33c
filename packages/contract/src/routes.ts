/**
 * Operation name → how it is called over HTTP. The server mounts exactly this table, the client calls exactly this table.
 * `body`: the operation's input is the JSON body (path and query parameters are merged into it).
 */
export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** `{name}` stands for an input field of that name. */
  readonly path: string;
  readonly writes: boolean;
  /** The HTTP status of success; 200 unless said. */
  readonly status?: number;
}

/** Every operation that can be called over HTTP. */
export const ROUTES = {
  "store.status": { method: "GET", path: "/v1/status", writes: false },
  "task.list": { method: "GET", path: "/v1/tasks", writes: false },
  "task.ready": { method: "GET", path: "/v1/ready", writes: false },
  "task.last": { method: "GET", path: "/v1/last", writes: false },
  "task.search": { method: "GET", path: "/v1/search", writes: false },
  "task.stats": { method: "GET", path: "/v1/stats", writes: false },
  "task.show": { method: "GET", path: "/v1/tasks/{id}", writes: false },
  "task.add": { method: "POST", path: "/v1/tasks", writes: true, status: 201 },
  "task.update": { method: "POST", path: "/v1/tasks:bulk", writes: true },
  "task.transition": { method: "POST", path: "/v1/tasks:transition", writes: true },
  "task.import": { method: "POST", path: "/v1/tasks:import", writes: true, status: 201 },
  "task.export": { method: "GET", path: "/v1/export", writes: false },
  "task.note": { method: "POST", path: "/v1/tasks/{id}/notes", writes: true, status: 201 },
  "task.deps": { method: "POST", path: "/v1/tasks/{id}/deps", writes: true },
  "task.move": { method: "POST", path: "/v1/tasks:move", writes: true },
  "task.split": { method: "POST", path: "/v1/tasks/{id}/split", writes: true, status: 201 },
  "task.criteria": { method: "POST", path: "/v1/tasks/{id}/criteria", writes: true },
  "task.link": { method: "POST", path: "/v1/tasks/{id}/links", writes: true },
  "task.why": { method: "GET", path: "/v1/tasks/{id}/why", writes: false },
  "task.context": { method: "GET", path: "/v1/tasks/{id}/context", writes: false },
  "graph.check": { method: "GET", path: "/v1/graph/check", writes: false },
  "task.history": { method: "GET", path: "/v1/tasks/{id}/history", writes: false },
  "task.delete": { method: "POST", path: "/v1/tasks:delete", writes: true },
  "task.archive": { method: "POST", path: "/v1/tasks:archive", writes: true },
  "task.restore": { method: "POST", path: "/v1/tasks:restore", writes: true },
  "task.purge": { method: "POST", path: "/v1/tasks:purge", writes: true },
  "tag.rename": { method: "POST", path: "/v1/tags:rename", writes: true },
  batch: { method: "POST", path: "/v1/batch", writes: true },
  "op.list": { method: "GET", path: "/v1/ops", writes: false },
  "op.undo": { method: "POST", path: "/v1/ops/{op}/undo", writes: true },
  "session.list": { method: "GET", path: "/v1/sessions", writes: false },
  "session.show": { method: "GET", path: "/v1/sessions/{session}", writes: false },
  "session.start": { method: "POST", path: "/v1/sessions", writes: true, status: 201 },
  "session.end": { method: "POST", path: "/v1/sessions/{session}/end", writes: true },
  "session.undo": { method: "POST", path: "/v1/sessions/{session}/undo", writes: true },
  "db.check": { method: "GET", path: "/v1/db/check", writes: false },
  "claim.take": { method: "POST", path: "/v1/claims", writes: true, status: 201 },
  "claim.heartbeat": { method: "POST", path: "/v1/claims/{token}/heartbeat", writes: true },
  "claim.release": { method: "POST", path: "/v1/claims/{token}/release", writes: true },
  "claim.revoke": { method: "POST", path: "/v1/tasks/{id}/claim:revoke", writes: true },
  "token.add": { method: "POST", path: "/v1/tokens", writes: true, status: 201 },
  "token.list": { method: "GET", path: "/v1/tokens", writes: false },
  "token.revoke": { method: "POST", path: "/v1/tokens/{token}/revoke", writes: true },
  "event.list": { method: "GET", path: "/v1/events", writes: false },
  "webhook.list": { method: "GET", path: "/v1/webhooks", writes: false },
  "webhook.add": { method: "POST", path: "/v1/webhooks", writes: true, status: 201 },
  "webhook.update": { method: "PATCH", path: "/v1/webhooks/{id}", writes: true },
  "webhook.rm": { method: "DELETE", path: "/v1/webhooks/{id}", writes: true },
  "webhook.rotate": { method: "POST", path: "/v1/webhooks/{id}/rotate", writes: true },
  // It changes nothing, but who may only read must not get it.
  "webhook.secret": { method: "POST", path: "/v1/webhooks/{id}/secret", writes: true },
  "webhook.test": { method: "POST", path: "/v1/webhooks/{id}/test", writes: true },
  "webhook.deliveries": { method: "GET", path: "/v1/deliveries", writes: false },
  "webhook.replay": { method: "POST", path: "/v1/deliveries:replay", writes: true },
  "webhook.deliver": { method: "POST", path: "/v1/deliveries:send", writes: true },
} as const satisfies Record<string, Route>;
export type OperationName = keyof typeof ROUTES;

export { HEADERS } from "./headers.ts";

/** The version of the HTTP API, as `store.status` tells it. */
export const API_VERSION = 1;
