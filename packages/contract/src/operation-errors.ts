/** Which error codes a call over HTTP may answer with: what the OpenAPI document and the reference say of each route. */
import type { ErrorCode } from "./errors.ts";
import { type OperationName, ROUTES } from "./routes.ts";

/** Whatever is called: the door's refusals, a wrong input, a store that cannot be used. */
const ANY = [
  "USAGE",
  "VALIDATION_FAILED",
  "UNAUTHORIZED",
  "FORBIDDEN",
  "STORE_BUSY",
  "STORE_UNREADABLE",
  "STORE_CORRUPT",
  "SCHEMA_TOO_NEW",
  "INTERNAL",
] as const satisfies readonly ErrorCode[];
/** Whatever writes. TASK_NOT_FOUND: what was done under an idempotency key was purged since. */
const WRITE = [
  "PAYLOAD_TOO_LARGE",
  "UNSUPPORTED_MEDIA_TYPE",
  "IDEMPOTENCY_MISMATCH",
  "TASK_NOT_FOUND",
  "STORE_FULL",
  "READ_ONLY",
] as const satisfies readonly ErrorCode[];
const ID = ["TASK_NOT_FOUND", "AMBIGUOUS_ID"] as const;
/** A query may name tasks, sessions and dates. */
const QUERY = ["INVALID_QUERY", "INVALID_DATE", "INVALID_STATUS", "SESSION_NOT_FOUND", ...ID] as const;
const CLAIM = ["CLAIM_REQUIRED", "CLAIM_LOST"] as const;
const KIN = ["DEPENDENCY_CYCLE", "HIERARCHY_CONFLICT"] as const;
const MOVE = ["INVALID_STATUS", "INVALID_TRANSITION", "DEPENDENCY_OPEN", ...CLAIM] as const;
const UNDO = ["OP_NOT_FOUND", "SESSION_NOT_FOUND", "UNDO_CONFLICT", ...ID, ...KIN, ...CLAIM] as const;
const IMPORT = ["IMPORT_INVALID", "DUPLICATE_KEY", "INVALID_TRANSITION", "INVALID_DATE", ...KIN, ...ID] as const;

/** Beside what any call may answer. */
const OWN: Readonly<Record<OperationName, readonly ErrorCode[]>> = {
  "store.status": [],
  "task.list": QUERY,
  "task.ready": QUERY,
  "task.last": ID,
  "task.search": QUERY,
  "task.stats": QUERY,
  "task.show": ID,
  "task.add": [...ID, ...KIN, "DUPLICATE_KEY", "INVALID_DATE", "INVALID_STATUS", "INVALID_TRANSITION"],
  "task.update": [
    ...QUERY,
    ...KIN,
    ...MOVE,
    "DUPLICATE_KEY",
    "REV_MISMATCH",
    "EXPECT_MISMATCH",
    "CONFIRMATION_REQUIRED",
  ],
  "task.transition": [...ID, ...MOVE, ...QUERY],
  "task.import": IMPORT,
  "task.export": QUERY,
  "task.note": ID,
  "task.deps": [...ID, ...KIN, ...CLAIM],
  "task.move": [...ID, ...KIN, ...CLAIM],
  "task.split": [...ID, ...KIN, ...CLAIM],
  "task.criteria": [...ID, ...CLAIM, "CRITERION_NOT_FOUND"],
  "task.link": [...ID, ...CLAIM],
  "task.why": ID,
  "task.context": ID,
  "graph.check": [],
  "task.history": ID,
  "task.delete": [...ID, ...CLAIM, "HIERARCHY_CONFLICT"],
  "task.archive": [...ID, ...CLAIM, "INVALID_TRANSITION"],
  "task.restore": [...ID, "HIERARCHY_CONFLICT", "DUPLICATE_KEY"],
  "task.purge": [...ID, "INVALID_TRANSITION", "HIERARCHY_CONFLICT", "CONFIRMATION_REQUIRED"],
  "tag.rename": ["TAG_NOT_FOUND"],
  batch: [
    ...QUERY,
    ...KIN,
    ...MOVE,
    "DUPLICATE_KEY",
    "REV_MISMATCH",
    "EXPECT_MISMATCH",
    "CONFIRMATION_REQUIRED",
    "CRITERION_NOT_FOUND",
    "ALREADY_CLAIMED",
    "NOTHING_READY",
    "TAG_NOT_FOUND",
  ],
  "op.list": ["INVALID_QUERY", "INVALID_DATE", "SESSION_NOT_FOUND", ...ID],
  "op.undo": UNDO,
  "session.list": ["INVALID_QUERY"],
  "session.show": ["INVALID_QUERY", "SESSION_NOT_FOUND"],
  "session.start": [],
  "session.end": ["SESSION_NOT_FOUND"],
  "session.undo": UNDO,
  "db.check": [],
  "claim.take": [...QUERY, ...KIN, "NOTHING_READY", "ALREADY_CLAIMED", "DEPENDENCY_OPEN", "INVALID_TRANSITION"],
  "claim.heartbeat": [...ID, ...CLAIM],
  "claim.release": [...ID, ...CLAIM],
  "claim.revoke": [...ID, ...CLAIM],
  "token.add": ID,
  "token.list": [],
  "token.revoke": ["TOKEN_NOT_FOUND"],
  "event.list": ["INVALID_QUERY", "RATE_LIMITED"],
  "webhook.list": [],
  "webhook.add": QUERY,
  "webhook.update": ["WEBHOOK_NOT_FOUND", ...QUERY],
  "webhook.rm": ["WEBHOOK_NOT_FOUND"],
  "webhook.rotate": ["WEBHOOK_NOT_FOUND"],
  "webhook.secret": ["WEBHOOK_NOT_FOUND"],
  "webhook.test": ["WEBHOOK_NOT_FOUND", "WEBHOOK_FAILED"],
  "webhook.deliveries": ["WEBHOOK_NOT_FOUND", "DELIVERY_NOT_FOUND", "INVALID_QUERY"],
  "webhook.replay": ["WEBHOOK_NOT_FOUND", "DELIVERY_NOT_FOUND", "INVALID_DATE", "INVALID_QUERY"],
  "webhook.deliver": [],
};

/** The codes that a call of this operation may answer with, each once. */
export const errorsOf = (name: OperationName): readonly ErrorCode[] => [
  ...new Set<ErrorCode>([...ANY, ...(ROUTES[name].writes ? WRITE : []), ...OWN[name]]),
];

/** The codes with which an address that is no operation's may answer. */
export const ERRORS_OF_ANY: readonly ErrorCode[] = ANY;

/** The codes with which the server may refuse to give itself a new owner's token. */
export const ERRORS_OF_ROTATE: readonly ErrorCode[] = [
  ...ANY,
  "PAYLOAD_TOO_LARGE",
  "UNSUPPORTED_MEDIA_TYPE",
  "STORE_NOT_FOUND",
  "STORE_FULL",
  "READ_ONLY",
];
