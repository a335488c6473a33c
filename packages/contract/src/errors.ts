/**
 * Every error a user or a program can meet, and what it means to a shell and to HTTP.
 * One table for both programs; nothing here imports anything, so the hot path may use it.
 */

/** Process exit codes, shared by both programs. */
export const EXIT = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  notFound: 3,
  refused: 4,
  store: 5,
  git: 6,
  network: 7,
  conflict: 8,
  noStore: 9,
  nothingReady: 10,
  waiting: 11,
  budget: 12,
  limited: 13,
  incomplete: 14,
  timeUp: 15,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** code → [exit code, HTTP status, may the same call succeed later without a change?] */
const TABLE = {
  INTERNAL: [1, 500, false],
  USAGE: [2, 400, false],
  VALIDATION_FAILED: [2, 422, false],
  INVALID_STATUS: [2, 422, false],
  INVALID_DATE: [2, 422, false],
  INVALID_QUERY: [2, 400, false],
  AMBIGUOUS_ID: [2, 400, false],
  IMPORT_INVALID: [2, 422, false],
  PAYLOAD_TOO_LARGE: [2, 413, false],
  UNSUPPORTED_MEDIA_TYPE: [2, 415, false],
  CONFIG_INVALID: [2, 422, false],
  PLAN_INVALID: [2, 422, false],
  PRD_UNREADABLE: [2, 422, false],
  PRD_EMPTY: [2, 422, false],
  TASK_NOT_FOUND: [3, 404, false],
  SESSION_NOT_FOUND: [3, 404, false],
  ROUTE_NOT_FOUND: [3, 404, false],
  FILE_NOT_FOUND: [3, 404, false],
  PLAN_NOT_FOUND: [3, 404, false],
  DECISION_NOT_FOUND: [3, 404, false],
  OP_NOT_FOUND: [3, 404, false],
  CRITERION_NOT_FOUND: [3, 404, false],
  TAG_NOT_FOUND: [3, 404, false],
  WEBHOOK_NOT_FOUND: [3, 404, false],
  DELIVERY_NOT_FOUND: [3, 404, false],
  TOKEN_NOT_FOUND: [3, 404, false],
  CONFIRMATION_REQUIRED: [4, 403, false],
  READ_ONLY: [4, 403, false],
  UNAUTHORIZED: [4, 401, false],
  FORBIDDEN: [4, 403, false],
  POLICY_UNMET: [4, 403, false],
  CONFIG_UNTRUSTED: [4, 403, false],
  SANDBOX_REQUIRED: [4, 403, false],
  SETUP_FAILED: [4, 403, false],
  CREDENTIAL_MISSING: [4, 403, false],
  STORE_BUSY: [5, 503, true],
  STORE_FULL: [5, 507, true],
  STORE_UNREADABLE: [5, 500, false],
  STORE_CORRUPT: [5, 500, false],
  SCHEMA_TOO_NEW: [5, 500, false],
  GIT_NOT_A_REPOSITORY: [6, 422, false],
  GIT_NO_COMMITS: [6, 422, false],
  GIT_REF_NOT_FOUND: [6, 422, false],
  GIT_CONFLICT: [6, 409, false],
  GIT_FAILED: [6, 500, false],
  TASKWERK_UNREACHABLE: [7, 502, true],
  PORT_IN_USE: [7, 500, false],
  WEBHOOK_FAILED: [7, 502, true],
  AGENT_UNAVAILABLE: [7, 502, false],
  MODEL_ERROR: [7, 502, true],
  RATE_LIMITED: [13, 429, true],
  BUDGET_EXHAUSTED: [12, 402, false],
  INVALID_TRANSITION: [8, 409, false],
  DUPLICATE_KEY: [8, 409, false],
  DEPENDENCY_CYCLE: [8, 409, false],
  DEPENDENCY_OPEN: [8, 409, false],
  HIERARCHY_CONFLICT: [8, 409, false],
  REV_MISMATCH: [8, 412, false],
  UNDO_CONFLICT: [8, 409, false],
  DECISION_CLOSED: [8, 409, false],
  ALREADY_CLAIMED: [8, 409, false],
  CLAIM_REQUIRED: [8, 409, false],
  CLAIM_LOST: [8, 409, false],
  IDEMPOTENCY_MISMATCH: [8, 409, false],
  EXPECT_MISMATCH: [8, 409, false],
  SESSION_ACTIVE: [8, 409, false],
  API_RUNNING: [8, 409, false],
  STORE_NOT_FOUND: [9, 404, false],
  NOTHING_READY: [10, 404, true],
  OUT_OF_REACH: [14, 409, false],
  TIME_UP: [15, 408, true],
  INTERRUPTED: [130, 503, true],
} as const satisfies Record<string, readonly [number, number, boolean]>;

/** A stable upper-case word that names what went wrong. */
export type ErrorCode = keyof typeof TABLE;

/** A code's row. A newer program may send a code that is not known here: it counts as INTERNAL. */
const rowOf = (code: ErrorCode): readonly [number, number, boolean] =>
  Object.hasOwn(TABLE, code) ? TABLE[code] : TABLE.INTERNAL;
/** The process exit code of an error code. */
export const exitOf = (code: ErrorCode): number => rowOf(code)[0];
/** True when it is the store that failed, e.g. its disk is full, whatever was asked of it. */
export const isStoreError = (error: unknown): boolean => isWerkError(error) && exitOf(error.code) === EXIT.store;
/** The HTTP status of an error code. */
export const httpStatusOf = (code: ErrorCode): number => rowOf(code)[1];
/** True when the same call may succeed later without a change. */
export const isRetryable = (code: ErrorCode): boolean => rowOf(code)[2];

/** What travels in an envelope when something failed. */
export interface ErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
  /** What to type next; never a destructive command. */
  readonly hint: string | null;
  readonly retryable: boolean;
  /** The input field that was wrong, and what was given. */
  readonly field?: string;
  readonly given?: string;
  /** Near matches, e.g. ids that exist. */
  readonly candidates?: readonly string[];
  readonly details: Readonly<Record<string, unknown>>;
}

export interface WerkErrorOptions {
  readonly hint?: string;
  readonly cause?: unknown;
  readonly field?: string;
  readonly given?: string;
  readonly candidates?: readonly string[];
  readonly details?: Readonly<Record<string, unknown>>;
}

/** An error that a person or a program must be told: a stable code, what and why, and a hint. */
export class WerkError extends Error {
  override readonly name = "WerkError";
  readonly code: ErrorCode;
  readonly hint: string | null;
  readonly field: string | undefined;
  readonly given: string | undefined;
  readonly candidates: readonly string[] | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: WerkErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? null;
    this.field = options.field;
    this.given = options.given;
    this.candidates = options.candidates;
    this.details = options.details ?? {};
  }
}

/** True for a WerkError, also one that was made in another bundle. */
export const isWerkError = (error: unknown): error is WerkError =>
  error instanceof Error && error.name === "WerkError" && "code" in error && typeof error.code === "string";

/** Any thrown thing as an error body; what is no WerkError becomes INTERNAL. */
export function errorBodyOf(error: unknown): ErrorBody {
  if (!isWerkError(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      code: "INTERNAL",
      message,
      hint: "Run it again with --debug and report it.",
      retryable: false,
      details: {},
    };
  }
  return {
    code: error.code,
    message: error.message,
    hint: error.hint,
    retryable: isRetryable(error.code),
    ...(error.field === undefined ? {} : { field: error.field }),
    ...(error.given === undefined ? {} : { given: error.given }),
    ...(error.candidates === undefined ? {} : { candidates: error.candidates }),
    details: error.details,
  };
}

/** An error that came as a body, as it was thrown. */
export const thrownOf = ({ code, message, hint, field, given, candidates, details }: ErrorBody): WerkError =>
  new WerkError(code, message, {
    ...(hint ? { hint } : {}),
    ...(field === undefined ? {} : { field }),
    ...(given === undefined ? {} : { given }),
    ...(candidates ? { candidates } : {}),
    details,
  });
