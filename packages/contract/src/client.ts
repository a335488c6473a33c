/** A typed client of taskwerk's API mode: all that another program sees of taskwerk. */

import type { AddNote } from "./add-note.ts";
import type { AddTask } from "./add-task.ts";
import type { BatchAnswer, RunBatch } from "./batch.ts";
import type { CheckReport } from "./check.ts";
import type { ClaimResult, ClaimTask, Heartbeat, ReleaseClaim, RevokeClaim } from "./claim.ts";
import type { Brief, TaskContext } from "./context.ts";
import type { EditCriteria, EditLinks, RenamedTag, RenameTag } from "./details.ts";
import type { Envelope, Success } from "./envelope.ts";
import { isRetryable, isWerkError, thrownOf } from "./errors.ts";
import type { TaskEvent } from "./event.ts";
import type { ExportedTask, ExportTasks } from "./export.ts";
import type { EditDeps, GraphCheck, MoveTasks, SplitTask, Why, WhyTask } from "./graph.ts";
import type { ImportResult, ImportTasks } from "./import-tasks.ts";
import type { ListEvents } from "./list-events.ts";
import type { ListTasks, ReadyTasks } from "./list-tasks.ts";
import type { HistoryEntry, ListOps, LoggedOp, TaskHistory, UndoOp, UndoResult, UndoSession } from "./log.ts";
import type { ArchiveTasks, DeleteTasks, PurgeResult, PurgeTasks, RestoreTasks } from "./removal.ts";
import { agentFor, envelopeOf, type Init, requestOf } from "./request.ts";
import { type OperationName, ROUTES } from "./routes.ts";
import type { CountTasks, FoundTask, SearchTasks, TaskStats } from "./search.ts";
import type { ListSessions, NamedSession, Session, ShownSession, ShowSession } from "./session.ts";
import type { ShowTask } from "./show-task.ts";
import type { Task, TaskWrite } from "./task.ts";
import { timeLimit } from "./time-limit.ts";
import type { ApiToken, ListTokens, MakeToken, NewToken, RevokeToken } from "./token.ts";
import type { TransitionResult, TransitionTask } from "./transition.ts";
import type { BulkResult, UpdateTask } from "./update-task.ts";
import type {
  AddWebhook,
  Delivered,
  DeliverNow,
  Delivery,
  ListDeliveries,
  NamedWebhook,
  ReplayDeliveries,
  RotateWebhook,
  UpdateWebhook,
  Webhook,
  WebhookSecret,
  WebhookTest,
} from "./webhook.ts";

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
  "webhook.list": { input: Record<string, never>; output: readonly Webhook[] };
  "webhook.add": { input: AddWebhook; output: WebhookSecret };
  "webhook.update": { input: UpdateWebhook; output: Webhook };
  "webhook.rm": { input: NamedWebhook; output: Webhook };
  "webhook.rotate": { input: RotateWebhook; output: WebhookSecret };
  "webhook.secret": { input: NamedWebhook; output: WebhookSecret };
  "webhook.test": { input: NamedWebhook; output: WebhookTest };
  "webhook.deliveries": { input: ListDeliveries; output: readonly Delivery[] };
  "webhook.replay": { input: ReplayDeliveries; output: { readonly replayed: number } };
  "webhook.deliver": { input: DeliverNow; output: Delivered };
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
  /** How long one call may take, milliseconds. Default 45000: longer than a write waits for the store, so that who is told, is told by the server. */
  readonly timeoutMs?: number;
  /** Keeps connections for the next calls: for a program that makes many. Then `close` ends them. */
  readonly keepAlive?: boolean;
  /**
   * How often a call is made again that got no answer, or one that says it may be: a read, or a write with an idempotency
   * key. Of a write without one nobody knows whether it was done, so it is never repeated. Default 0.
   */
  readonly retries?: number;
}

/** Calls one operation; throws the server's WerkError, or TASKWERK_UNREACHABLE when no answer came. */
export interface TaskwerkClient {
  readonly url: string;
  call<N extends OperationName>(
    name: N,
    input: Operations[N]["input"],
    options?: CallOptions,
  ): Promise<Success<Operations[N]["output"]>>;
  /** Ends the connections that were kept. Without `keepAlive` there are none. */
  close(): void;
}

/** Makes a client. Unless it keeps connections alive it has no state. */
export function taskwerkClient(options: ClientOptions): TaskwerkClient {
  const agent = options.keepAlive ? agentFor(options.url) : null;
  return {
    url: options.url,
    async call(name, input, callOptions = {}) {
      const route = ROUTES[name];
      const { url, init } = requestOf(route, input as Record<string, unknown>, options, callOptions);
      const again = !route.writes || callOptions.idempotencyKey !== undefined;
      const attempt = () => answered(url, { ...init, ...(agent ? { agent } : {}) }, options, callOptions);
      return (await repeated(attempt, again ? (options.retries ?? 0) : 0, callOptions.signal)) as never;
    },
    close: () => agent?.destroy(),
  };
}

async function answered(url: URL, init: Init, options: ClientOptions, call: CallOptions): Promise<Success<unknown>> {
  const ms = options.timeoutMs ?? 45_000;
  const signal = call.signal ? timeLimit(ms, call.signal) : AbortSignal.timeout(ms);
  const envelope: Envelope<unknown> = await envelopeOf(url, init, signal);
  if (envelope.ok) return envelope;
  throw thrownOf(envelope.error);
}

const FIRST_REST_MS = 100;
const LONGEST_REST_MS = 2_000;

/** Does it again after what may pass, `retries` times at most, with a longer rest each time. */
async function repeated<T>(work: () => Promise<T>, retries: number, signal: AbortSignal | undefined): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const passes = isWerkError(error) && isRetryable(error.code);
      if (!passes || attempt >= retries || signal?.aborted) throw error;
      // Not all at the same moment.
      const ms = Math.min(FIRST_REST_MS * 2 ** attempt, LONGEST_REST_MS) * (0.5 + Math.random() / 2);
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
  }
}
