/** A typed client of taskwerk's API mode: all that another program sees of taskwerk. */

import type { BatchAnswer, RunBatch } from "./batch.ts";
import type { CheckReport } from "./check.ts";
import type { Brief, TaskContext } from "./context.ts";
import type { EditCriteria, EditLinks, RenamedTag, RenameTag } from "./details.ts";
import type { Envelope, Success } from "./envelope.ts";
import { type ErrorCode, WerkError } from "./errors.ts";
import type { TaskEvent } from "./event.ts";
import type { ExportedTask, ExportTasks } from "./export.ts";
import type { GraphCheck, MoveTasks, SplitTask, Why, WhyTask } from "./graph.ts";
import type { HistoryEntry, ListOps, LoggedOp, TaskHistory, UndoOp, UndoResult, UndoSession } from "./log.ts";
import type { ArchiveTasks, DeleteTasks, PurgeResult, PurgeTasks, RestoreTasks } from "./removal.ts";
import { HEADERS, type OperationName, ROUTES, type Route } from "./routes.ts";
import type { CountTasks, FoundTask, SearchTasks, TaskStats } from "./search.ts";
import type { ListSessions, NamedSession, Session, ShownSession, ShowSession } from "./session.ts";
import type {
  AddNote,
  AddTask,
  BulkResult,
  ClaimResult,
  ClaimTask,
  EditDeps,
  Heartbeat,
  ImportResult,
  ImportTasks,
  ListEvents,
  ListTasks,
  ReadyTasks,
  ReleaseClaim,
  RevokeClaim,
  ShowTask,
  Task,
  TaskWrite,
  TransitionResult,
  TransitionTask,
  UpdateTask,
} from "./task.ts";
import type { ApiToken, ListTokens, MakeToken, NewToken, RevokeToken } from "./token.ts";

/** Input and output of each operation. */
export interface Operations {
  "store.status": { input: Record<string, never>; output: StoreStatus };
  "task.list": { input: ListTasks; output: readonly Task[] };
  "task.ready": { input: ReadyTasks; output: readonly Task[] };
  "task.last": { input: Record<string, never>; output: { readonly id: string } };
  "task.search": { input: SearchTasks; output: readonly FoundTask[] };
  "task.stats": { input: CountTasks; output: TaskStats };
  "task.show": { input: ShowTask; output: Task & { notes: readonly Note[] } };
  "task.add": { input: AddTask; output: TaskWrite };
  "task.update": { input: UpdateTask; output: TaskWrite | BulkResult };
  "task.transition": { input: TransitionTask; output: TransitionResult };
  "task.import": { input: ImportTasks; output: ImportResult };
  "task.export": { input: ExportTasks; output: readonly ExportedTask[] };
  "task.note": { input: AddNote; output: Note };
  "task.deps": { input: EditDeps; output: TaskWrite };
  "task.move": { input: MoveTasks; output: TaskWrite };
  "task.split": { input: SplitTask; output: TaskWrite };
  "task.criteria": { input: EditCriteria; output: TaskWrite };
  "task.link": { input: EditLinks; output: TaskWrite };
  "task.why": { input: WhyTask; output: Why };
  "task.context": { input: TaskContext; output: Brief };
  "graph.check": { input: Record<string, never>; output: GraphCheck };
  "task.history": { input: TaskHistory; output: readonly HistoryEntry[] };
  "task.delete": { input: DeleteTasks; output: TaskWrite };
  "task.archive": { input: ArchiveTasks; output: TaskWrite };
  "task.restore": { input: RestoreTasks; output: TaskWrite };
  "task.purge": { input: PurgeTasks; output: PurgeResult };
  "tag.rename": { input: RenameTag; output: RenamedTag };
  batch: { input: RunBatch; output: readonly BatchAnswer[] };
  "op.list": { input: ListOps; output: readonly LoggedOp[] };
  "op.undo": { input: UndoOp; output: UndoResult };
  "session.list": { input: ListSessions; output: readonly Session[] };
  "session.show": { input: ShowSession; output: ShownSession };
  "session.start": { input: NamedSession; output: Session };
  "session.end": { input: NamedSession; output: Session };
  "session.undo": { input: UndoSession; output: UndoResult };
  "db.check": { input: Record<string, never>; output: CheckReport };
  "claim.take": { input: ClaimTask; output: ClaimResult };
  "claim.heartbeat": { input: Heartbeat; output: ClaimResult };
  "claim.release": { input: ReleaseClaim; output: TaskWrite };
  "claim.revoke": { input: RevokeClaim; output: TaskWrite };
  "token.add": { input: MakeToken; output: NewToken };
  "token.list": { input: ListTokens; output: readonly ApiToken[] };
  "token.revoke": { input: RevokeToken; output: ApiToken };
  "event.list": { input: ListEvents; output: readonly TaskEvent[] };
}

/** `data` of `store.status`: which store it is, who answers, and what is in it. */
export interface StoreStatus {
  /** The program's version, and that of its HTTP API. */
  readonly version: string;
  readonly api: number;
  readonly store: string;
  /** Tasks by status. */
  readonly tasks: Readonly<Record<string, number>>;
  readonly ready: number;
  /** Tasks that no list shows. */
  readonly archived: number;
  readonly deleted: number;
  /** The cursor of the last event. */
  readonly cursor: number;
}

/** A note on a task. `task` is the display id, `type` one of NOTE_TYPES. */
export interface Note {
  readonly id: string;
  readonly task: string;
  readonly type: string;
  readonly text: string;
  readonly at: string;
  readonly by: string;
}

/** What one call may have of its own. */
export interface CallOptions {
  /** The same call with the same key is done once, and answered as before. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** Which server, and who calls. */
export interface ClientOptions {
  /** Base address, e.g. http://127.0.0.1:7777 */
  readonly url: string;
  readonly token: string;
  readonly actor?: string;
  readonly session?: string;
  /** How long one call may take, milliseconds. Default 30000. */
  readonly timeoutMs?: number;
}

/** Calls one operation; throws the server's WerkError, or TASKWERK_UNREACHABLE when no answer came. */
export interface TaskwerkClient {
  readonly url: string;
  call<N extends OperationName>(
    name: N,
    input: Operations[N]["input"],
    options?: CallOptions,
  ): Promise<Success<Operations[N]["output"]>>;
}

/** Makes a client. It keeps no connection and no state. */
export function taskwerkClient(options: ClientOptions): TaskwerkClient {
  return {
    url: options.url,
    async call(name, input, callOptions = {}) {
      const { url, init } = requestOf(ROUTES[name], input as Record<string, unknown>, options, callOptions);
      const envelope = await send(url, init, options, callOptions);
      if (envelope.ok) return envelope as never;
      const { code, message, hint, field, given, candidates, details } = envelope.error;
      throw new WerkError(code as ErrorCode, message, {
        ...(hint ? { hint } : {}),
        ...(field ? { field } : {}),
        ...(given ? { given } : {}),
        ...(candidates ? { candidates } : {}),
        details,
      });
    },
  };
}

function requestOf(route: Route, input: Record<string, unknown>, options: ClientOptions, call: CallOptions) {
  const rest = { ...input };
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest[name];
    delete rest[name];
    return encodeURIComponent(String(value));
  });
  const url = new URL(path, options.url);
  const headers: Record<string, string> = { authorization: `Bearer ${options.token}` };
  if (options.actor) headers[HEADERS.actor] = options.actor;
  if (options.session) headers[HEADERS.session] = options.session;
  if (call.idempotencyKey) headers[HEADERS.idempotency] = call.idempotencyKey;
  if (route.method !== "GET") {
    headers["content-type"] = "application/json";
    return { url, init: { method: route.method, headers, body: JSON.stringify(rest) } };
  }
  for (const [key, value] of Object.entries(rest)) {
    if (value === undefined || value === null) continue;
    url.searchParams.set(key, Array.isArray(value) ? value.join(",") : String(value));
  }
  return { url, init: { method: "GET", headers } };
}

interface Init {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function send(url: URL, init: Init, options: ClientOptions, call: CallOptions): Promise<Envelope<unknown>> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? 30_000);
  const signal = call.signal ? AbortSignal.any([timeout, call.signal]) : timeout;
  const { status, text } = await answerOf(url, init, signal).catch((cause: unknown) => {
    throw new WerkError("TASKWERK_UNREACHABLE", `no answer from taskwerk at ${url.origin}`, {
      cause,
      hint: "Start it: taskwerk api start",
    });
  });
  try {
    const body = JSON.parse(text) as Envelope<unknown>;
    if (typeof body === "object" && body !== null && body.v === 1) return body;
  } catch {
    // Not JSON: something else answered on that port.
  }
  throw new WerkError("TASKWERK_UNREACHABLE", `${url.origin} answered ${status}, but not as taskwerk does`, {
    hint: "Is another program on that port? taskwerk api status",
  });
}

/**
 * One request on a connection of its own, and the whole answer. Not with `fetch`: the first one of a process costs six times
 * as much as starting it does.
 */
function answerOf(
  url: URL,
  { body, ...init }: Init,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly text: string }> {
  const { request } = process.getBuiltinModule(url.protocol === "https:" ? "node:https" : "node:http");
  return new Promise((resolve, reject) => {
    const asked = request(url, { ...init, signal, agent: false }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        text += chunk;
      });
      answer.once("end", () => resolve({ status: answer.statusCode ?? 0, text }));
      answer.on("error", reject);
      answer.once("close", () => reject(new Error("the answer broke off")));
    });
    asked.on("error", reject);
    asked.end(body);
  });
}
