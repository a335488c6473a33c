/**
 * What a token may do, beside the table of routes. The owner may do everything. What is not written here nobody else may:
 * a new operation is the owner's until somebody decides otherwise.
 */
import type { OperationName, Route } from "./routes.ts";

/**
 * `owner`: everything. `read`: look at everything but tokens. `task`: of one task read, note, and keep its claim alive; for an
 * agent that somebody runs himself.
 */
export const SCOPE_NAMES = ["owner", "read", "task"] as const;
export type ScopeName = (typeof SCOPE_NAMES)[number];
type Lesser = Exclude<ScopeName, "owner">;

const READ: readonly Lesser[] = ["read"];
const READ_AND_TASK: readonly Lesser[] = ["read", "task"];
const TASK: readonly Lesser[] = ["task"];

/** Operation → who beside the owner may call it. With a `task` token only for that task, which its path names. */
export const SCOPES: Readonly<Partial<Record<OperationName, readonly Lesser[]>>> = {
  "store.status": READ,
  "task.list": READ,
  "task.ready": READ,
  "task.last": READ,
  "task.search": READ,
  "task.stats": READ,
  "task.show": READ_AND_TASK,
  "task.export": READ,
  "task.note": TASK,
  "task.why": READ_AND_TASK,
  "task.context": READ_AND_TASK,
  "task.history": READ,
  "graph.check": READ,
  "op.list": READ,
  "session.list": READ,
  "session.show": READ,
  "db.check": READ,
  "claim.heartbeat": TASK,
  "event.list": READ,
};

/** Addresses beside the operations that tell of the API, not of what is in the store: whoever has a token may see them. */
export const DESCRIPTIONS: readonly Pick<Route, "method" | "path">[] = [
  { method: "GET", path: "/v1" },
  { method: "GET", path: "/v1/openapi.json" },
  { method: "GET", path: "/v1/schema" },
];

/** Gives the server a new owner's token; the answer does not have it, `api.json` does. The owner's. */
export const ROTATE = { method: "POST", path: "/v1/token:rotate" } as const satisfies Pick<Route, "method" | "path">;
