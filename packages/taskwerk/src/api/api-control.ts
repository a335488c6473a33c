import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiInfo } from "@taskwerk/contract/api-file";
import type { Envelope } from "@taskwerk/contract/envelope";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { processStart } from "@taskwerk/contract/process-start";
import { type Alone, infoOf, readApiFile } from "./api-file.ts";
import type { ApiOperations } from "./make-app.ts";
import { serveApi } from "./serve-api.ts";

/** What API mode needs from outside of it. */
export interface ApiWorld {
  readonly version: string;
  readonly pid: number;
  readonly now: () => Date;
  /** How this very program is started: interpreter, then script. */
  readonly program: readonly [string, ...(readonly string[])];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Opens the store with a connection for reads and one for writes. */
  readonly open: (
    store: string,
  ) => Promise<ApiOperations & { readonly alone: Alone; readonly close: () => Promise<void> }>;
  /** Resolves when the process is asked to end. */
  readonly interrupted: () => Promise<void>;
  /** Resolves when stdin ends. */
  readonly stdinClosed: () => Promise<void>;
}

interface Start {
  readonly port: number;
  readonly host: string;
  readonly allowRemote: boolean;
  readonly untilStdinCloses: boolean;
}

/** Serves until a signal or, if so wanted, the end of stdin. Answers the exit code. */
export async function serveUntilStopped(
  world: ApiWorld,
  store: string,
  start: Start,
  listening: (info: ApiInfo) => void,
): Promise<number> {
  const operations = await world.open(store);
  try {
    const { port, host } = start;
    const ended = Promise.race([world.interrupted(), ...(start.untilStdinCloses ? [world.stdinClosed()] : [])]);
    const running = await serveApi(operations, { ...world, store, port, host, alone: operations.alone });
    try {
      listening(running.info);
      await ended;
    } finally {
      await running.close();
    }
    return 0;
  } finally {
    await operations.close();
  }
}

const START_MS = 20_000;

/** Starts the same program in the background; answers once it serves, throws what it failed with. */
export async function startDetached(world: ApiWorld, store: string, start: Start): Promise<ApiInfo> {
  const [command, ...before] = world.program;
  const remote = start.allowRemote ? ["--allow-remote"] : [];
  const args = [
    ...before,
    "api",
    "start",
    "--json",
    "--store",
    store,
    "--port",
    String(start.port),
    "--host",
    start.host,
  ];
  const child = spawn(command, [...args, ...remote], {
    detached: true,
    stdio: ["ignore", "pipe", "ignore"],
    env: world.env as NodeJS.ProcessEnv,
  });
  const failed = new Promise<never>((_, reject) => child.once("error", reject));
  try {
    const line = await Promise.race([failed, firstLine(child.stdout, AbortSignal.timeout(START_MS))]);
    const envelope = JSON.parse(line) as Envelope<ApiInfo>;
    if (envelope.ok) return envelope.data;
    const { code, message, hint, details } = envelope.error;
    throw new WerkError(code, message, { ...(hint ? { hint } : {}), details });
  } catch (error) {
    if (isWerkError(error)) throw error;
    child.kill();
    throw new WerkError("TASKWERK_UNREACHABLE", "the server in the background did not answer", {
      cause: error,
      hint: "See why, in the foreground:  taskwerk api start",
    });
  } finally {
    child.stdout.destroy();
    child.unref();
  }
}

async function firstLine(stream: NodeJS.ReadableStream, signal: AbortSignal): Promise<string> {
  for await (const line of createInterface({ input: stream, signal })) return line;
  throw new Error("it ended before it said anything");
}

/** The server of this store, or null. */
export async function findApi(store: string): Promise<ApiInfo | null> {
  const file = await readApiFile(store);
  return file && infoOf(file);
}

const STOP_MS = 10_000;

/** Sends SIGTERM; a process that has just ended needs none. */
function terminate(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Asks the server of this store to end and waits until it has; null when none ran. */
export async function stopApi(store: string): Promise<ApiInfo | null> {
  const file = await readApiFile(store);
  if (!file) return null;
  terminate(file.pid);
  for (let waited = 0; waited < STOP_MS; waited += 50) {
    if ((await processStart(file.pid)) !== file.process_start) return infoOf(file);
    await sleep(50);
  }
  throw new WerkError("TASKWERK_UNREACHABLE", `the server (pid ${file.pid}) did not end within ${STOP_MS / 1000} s`, {
    hint: "See whether it goes on:  taskwerk api status",
  });
}
