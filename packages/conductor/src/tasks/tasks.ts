/** The only speaker to taskwerk. Waits while the server is away; every write carries a key, so that a retry applies once. */

import type { ClaimGrant } from "@taskwerk/contract/claim";
import type { Operations, TaskwerkClient } from "@taskwerk/contract/client";
import type { Success } from "@taskwerk/contract/envelope";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import type { ImportResult, ImportRow } from "@taskwerk/contract/import-tasks";
import { API_VERSION, type OperationName } from "@taskwerk/contract/routes";
import type { Status } from "@taskwerk/contract/status";
import type { Task } from "@taskwerk/contract/task";
import type { TransitionTask } from "@taskwerk/contract/transition";
import type { Connection } from "./connect.ts";

/** A task that is held until its lease ends. */
export interface Claimed {
  readonly task: Task;
  readonly grant: ClaimGrant;
}

/** What a transition may carry. */
export interface MoveOptions {
  readonly claim?: string;
  readonly reason?: string;
  readonly evidence?: Readonly<Record<string, unknown>>;
}

/** Closed tasks that are to be open again, and why. */
export interface Opening {
  readonly ids: readonly string[];
  readonly reason: string;
}

/** What conductor asks of taskwerk. Throws what taskwerk answers, and TASKWERK_UNREACHABLE once patience is over. */
export interface Tasks {
  /** Throws TASKWERK_UNREACHABLE when the server speaks another version of the API. */
  check(): Promise<void>;
  ready(): Promise<readonly Task[]>;
  /** Every task that is not closed, also waiting ones. */
  open(): Promise<readonly Task[]>;
  all(): Promise<readonly Task[]>;
  show(id: string): Promise<Task>;
  /** Null when somebody else has it, or it is no longer ready. */
  claim(id: string, as: string, leaseSeconds: number, key: string): Promise<Claimed | null>;
  /** False when the claim is lost. */
  heartbeat(token: string, leaseSeconds: number): Promise<boolean>;
  release(token: string, reason: string, key: string): Promise<void>;
  move(id: string, to: Status, options: MoveOptions, key: string): Promise<void>;
  /** From blocked to todo. False when it is anything else by now: then somebody has decided otherwise. */
  unblock(id: string, options: Pick<MoveOptions, "reason">, key: string): Promise<boolean>;
  /** From done to todo. False when it is anything else by now: then somebody has decided otherwise. */
  reopen(id: string, reason: string, key: string): Promise<boolean>;
  note(
    id: string,
    text: string,
    type: "progress" | "question" | "answer" | "comment" | "decision",
    key: string,
  ): Promise<void>;
  /** Every task whose key begins so, archived ones too. */
  keyed(prefix: string): Promise<readonly Task[]>;
  /**
   * All of these tasks or none. `fail`: none of them may be there; `update`: what is there becomes what its row says. The same
   * rows under the same key are done once.
   */
  importTasks(rows: readonly ImportRow[], key: string, onConflict: "fail" | "update"): Promise<ImportResult>;
  /**
   * As {@link importTasks} with `update`, and these closed tasks are todo before: one operation, all of it or none.
   */
  updateTasks(rows: readonly ImportRow[], opening: Opening, key: string): Promise<void>;
  store(): Promise<string>;
}

/** Over which connection, in whose name, and how patiently. */
export interface TasksOptions {
  readonly connection: Connection;
  readonly session: string | null;
  /** How long to wait for a server that went away, milliseconds, before giving up. */
  readonly patienceMs: number;
  /** Told when the server went away (true) and when it is back (false). */
  readonly onAway?: (away: boolean) => void;
}

const PAUSE = 300;
/** How long the end of one server and the start of the next may take, milliseconds. */
const RENEWAL = 5_000;

/** Makes it; nothing is asked before the first call. */
export function makeTasks(options: TasksOptions): Tasks {
  let away = false;
  const say = (now: boolean): void => {
    if (now !== away) options.onAway?.(now);
    away = now;
  };

  async function call<N extends OperationName>(
    name: N,
    input: Operations[N]["input"],
    key?: string,
  ): Promise<Operations[N]["output"]> {
    return (await ask(name, input, key)).data;
  }

  async function ask<N extends OperationName>(
    name: N,
    input: Operations[N]["input"],
    key?: string,
  ): Promise<Success<Operations[N]["output"]>> {
    const began = performance.now();
    for (;;) {
      let patience = options.patienceMs;
      try {
        const client: TaskwerkClient = await options.connection.client(options.session);
        // A server that somebody else started for a single command ends with it: then there is another one to be had.
        if (options.connection.renews) patience = Math.max(patience, RENEWAL);
        const answer = await client.call(name, input, key === undefined ? {} : { idempotencyKey: key });
        say(false);
        return answer;
      } catch (error) {
        if (!isWerkError(error) || !PASSING.has(error.code) || performance.now() > began + patience) throw error;
        say(true);
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    }
  }

  return {
    async check() {
      const { api, version } = await call("store.status", {});
      if (api === API_VERSION) return;
      throw new WerkError(
        "TASKWERK_UNREACHABLE",
        `taskwerk ${version} speaks version ${api} of the API, and this conductor speaks ${API_VERSION}`,
        { hint: "Install versions of the two that belong together.", details: { api, wanted: API_VERSION } },
      );
    },
    ready: () => call("task.ready", { limit: 0 }),
    open: () => call("task.list", { limit: 0 }),
    all: () => call("task.list", { limit: 0, all: true }),
    show: (id) => call("task.show", { id }),
    async claim(id, as, leaseSeconds, key) {
      try {
        const data = await call("claim.take", { id, as, lease_s: leaseSeconds }, key);
        const task = data.changed[0] ?? data.unchanged[0];
        return task === undefined ? null : { task, grant: data.claim };
      } catch (error) {
        if (isWerkError(error) && NOT_OURS.has(error.code)) return null;
        throw error;
      }
    },
    async heartbeat(token, leaseSeconds) {
      try {
        await call("claim.heartbeat", { token, lease_s: leaseSeconds });
        return true;
      } catch (error) {
        if (isWerkError(error) && error.code === "CLAIM_LOST") return false;
        throw error;
      }
    },
    async release(token, reason, key) {
      try {
        await call("claim.release", { token, reason: storable(reason) }, key);
      } catch (error) {
        // It expired and somebody else may have it: there is nothing left to give back.
        if (!isWerkError(error) || error.code !== "CLAIM_LOST") throw error;
      }
    },
    async move(id, to, options, key) {
      await call("task.transition", transitionOf(id, to, options), key);
    },
    async unblock(id, options, key) {
      try {
        await call("task.transition", { ...transitionOf(id, "todo", options), from: ["blocked"] }, key);
        return true;
      } catch (error) {
        if (isWerkError(error) && error.code === "INVALID_TRANSITION") return false;
        throw error;
      }
    },
    async reopen(id, reason, key) {
      try {
        await call("task.transition", { ...transitionOf(id, "todo", { reason }), from: ["done"] }, key);
        return true;
      } catch (error) {
        if (isWerkError(error) && error.code === "INVALID_TRANSITION") return false;
        throw error;
      }
    },
    async note(id, text, type, key) {
      await call("task.note", { id, text: storable(text), type }, key);
    },
    async keyed(prefix) {
      const [shown, archived] = await Promise.all([
        call("task.list", { limit: 0, all: true, key_prefix: prefix }),
        call("task.list", { limit: 0, all: true, key_prefix: prefix, query: "is:archived" }),
      ]);
      const there = new Set(shown.map(({ id }) => id));
      return [...shown, ...archived.filter(({ id }) => !there.has(id))];
    },
    importTasks: (rows, key, onConflict) => call("task.import", { tasks: [...rows], on_conflict: onConflict }, key),
    async updateTasks(rows, { ids, reason }, key) {
      const batch = { tasks: [...rows], on_conflict: "update" as const };
      if (ids.length === 0) await call("task.import", batch, key);
      else
        await call(
          "batch",
          {
            operations: [
              { op: "reopen", ids: [...ids], reason },
              { op: "import", ...batch },
            ],
          },
          key,
        ).catch(throwLine);
    },
    store: () => options.connection.store(),
  };
}

const transitionOf = (id: string, to: Status, { claim, reason, evidence }: MoveOptions): TransitionTask => ({
  ids: [id],
  to,
  ...(claim === undefined ? {} : { claim }),
  ...(reason === undefined ? {} : { reason: storable(reason) }),
  ...(evidence === undefined ? {} : { evidence: { ...evidence } }),
});

/** Throws what was wrong with a line of a batch: the user wrote no lines, and knows nothing of them. */
function throwLine(error: unknown): never {
  if (!isWerkError(error)) throw error;
  const { problems } = error.details as { readonly problems?: readonly Partial<Record<string, string>>[] };
  const line = problems?.find(({ code }) => code === error.code);
  if (line?.message === undefined) throw error;
  const { message, field, given, hint = "See what would be done:  conductor plan update --dry-run" } = line;
  throw new WerkError(error.code, `${message}. Nothing was changed.`, {
    hint,
    details: error.details,
    cause: error,
    ...(field ? { field } : {}),
    ...(given === undefined ? {} : { given }),
  });
}

/** What agents and tools print may hold what no text in taskwerk may: NUL, and halves of a character that was cut in two. */
const storable = (text: string): string => text.replaceAll("\0", "").toWellFormed();

/** The server may answer the same call later. */
const PASSING = new Set(["TASKWERK_UNREACHABLE", "STORE_BUSY"]);
const NOT_OURS = new Set(["ALREADY_CLAIMED", "NOTHING_READY", "DEPENDENCY_OPEN", "INVALID_TRANSITION", "CLAIM_LOST"]);
