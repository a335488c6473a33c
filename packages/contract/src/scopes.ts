/**
 * What a token may do, beside the table of routes. The owner may do everything. Every operation stands here, so that
 * somebody decides on each new one; a further address of an operation is for whom the operation is for.
 */
import type { OperationName, Route } from "./routes.ts";

/**
 * `owner`: everything. `read`: look at everything but tokens and webhooks. `task`: of one task read, note, and keep its claim alive; for an
 * agent that somebody runs himself.
 */
export const SCOPE_NAMES = ["owner", "read", "task"] as const;
export type ScopeName = (typeof SCOPE_NAMES)[number];
type Lesser = Exclude<ScopeName, "owner">;

const READ: readonly Lesser[] = ["read"];
const READ_AND_TASK: readonly Lesser[] = ["read", "task"];
const NOBODY: readonly Lesser[] = [];
const TASK: readonly Lesser[] = ["task"];

/** Operation → who beside the owner may call it. With a `task` token only for that task, which its path names. */
export const SCOPES: Readonly<Record<OperationName, readonly Lesser[]>> = {
  "store.status": READ,
  "task.list": READ,
  "task.ready": READ,
  "task.last": READ,
  "task.search": READ,
  "task.stats": READ,
  "task.show": READ_AND_TASK,
  "task.add": NOBODY,
  "task.update": NOBODY,
  "task.transition": NOBODY,
  "task.import": NOBODY,
  "task.export": READ,
  "task.note": TASK,
  "task.deps": NOBODY,
  "task.move": NOBODY,
  "task.split": NOBODY,
  "task.criteria": NOBODY,
  "task.link": NOBODY,
  "task.why": READ_AND_TASK,
  "task.context": READ_AND_TASK,
  "graph.check": READ,
  "task.history": READ,
  "task.delete": NOBODY,
  "task.archive": NOBODY,
  "task.restore": NOBODY,
  "task.purge": NOBODY,
  "tag.rename": NOBODY,
  batch: NOBODY,
  "op.list": READ,
  "op.undo": NOBODY,
  "session.list": READ,
  "session.show": READ,
  "session.start": NOBODY,
  "session.end": NOBODY,
  "session.undo": NOBODY,
  "db.check": READ,
  "claim.take": NOBODY,
  "claim.heartbeat": TASK,
  "claim.release": NOBODY,
  "claim.revoke": NOBODY,
  "token.add": NOBODY,
  "token.list": NOBODY,
  "token.revoke": NOBODY,
  "event.list": READ,
  "webhook.list": NOBODY,
  "webhook.add": NOBODY,
  "webhook.update": NOBODY,
  "webhook.rm": NOBODY,
  "webhook.rotate": NOBODY,
  "webhook.secret": NOBODY,
  "webhook.test": NOBODY,
  "webhook.deliveries": NOBODY,
  "webhook.replay": NOBODY,
  "webhook.deliver": NOBODY,
};

/** Addresses beside the operations that tell of the API, not of what is in the store: whoever has a token may see them. */
export const DESCRIPTIONS: readonly Pick<Route, "method" | "path">[] = [
  { method: "GET", path: "/v1" },
  { method: "GET", path: "/v1/health" },
  { method: "GET", path: "/v1/openapi.json" },
  { method: "GET", path: "/v1/schema" },
  { method: "GET", path: "/v1/schema/{kind}" },
];

/** Gives the server a new owner's token; the answer does not have it, `api.json` does. The owner's. */
export const ROTATE = { method: "POST", path: "/v1/token:rotate" } as const satisfies Pick<Route, "method" | "path">;
