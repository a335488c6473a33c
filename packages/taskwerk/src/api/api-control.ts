import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiFile, ApiInfo } from "@taskwerk/contract/api-file";
import type { Envelope } from "@taskwerk/contract/envelope";
import { exitOf, isWerkError, WerkError } from "@taskwerk/contract/errors";
import { processStart } from "@taskwerk/contract/process-start";
import type { ApiLimits } from "../core/api-limits.ts";
import { type Alone, infoOf, readApiFile } from "./api-file.ts";
import { answersHealth, askRotate } from "./ask-server.ts";
import type { ApiOperations } from "./make-app.ts";
import type { Doorkeeper } from "./make-server.ts";
import { serveApi } from "./serve-api.ts";
import { openServerLog } from "./server-log.ts";

/** What API mode needs from outside of it. */
export interface ApiWorld {
  readonly version: string;
  readonly pid: number;
  readonly now: () => Date;
  /** How this very program is started: interpreter, then script. */
  readonly program: readonly [string, ...(readonly string[])];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A line on stderr. */
  readonly tell: (line: string) => void;
  /** Opens the store with a connection for reads and one for writes. */
  readonly open: (store: string, onDefect: (error: unknown) => void) => Promise<ServedStore>;
  /** Resolves when the process is asked to end. */
  readonly interrupted: () => Promise<void>;
  /** Resolves when stdin ends. */
  readonly stdinClosed: () => Promise<void>;
}

/** An open store, as a server needs it. */
export interface ServedStore extends ApiOperations, Pick<Doorkeeper, "tokenOf" | "uidOf"> {
  readonly alone: Alone;
  /** Comes when it is no longer the store that was opened: deleted, replaced, or changed by a newer program. */
  readonly lost: Promise<WerkError>;
  readonly close: () => Promise<void>;
}

/** How a server is to be started. */
export interface StartWish {
  readonly port: number;
  readonly host: string;
  readonly allowRemote: boolean;
  readonly untilStdinCloses: boolean;
  readonly hosts: readonly string[];
  readonly limits: ApiLimits;
  /** Where it writes down what it does. */
  readonly log: string | null;
  /** A line for each request. */
  readonly verbose: boolean;
}

/** Serves until a signal or, if so wanted, the end of stdin; or until the store is lost. Answers the exit code. */
export async function serveUntilStopped(
  world: ApiWorld,
  store: string,
  start: StartWish,
  listening: (info: ApiInfo) => void,
): Promise<number> {
  const log = openServerLog(start.log, { ...world, verbose: start.verbose });
  try {
    const served = await world.open(store, log.defect);
    try {
      const asked = Promise.race([world.interrupted(), ...(start.untilStdinCloses ? [world.stdinClosed()] : [])]);
      const running = await serveApi(served, { ...served, ...world, ...start, store, onAnswer: log.answered });
      try {
        listening(running.info);
        log.say(`serving ${store} on ${running.info.url} (pid ${world.pid}, taskwerk ${world.version})`);
        const lost = await Promise.race([asked, served.lost]);
        log.say(lost ? `ending: ${lost.message}` : "ending");
        if (!lost) return 0;
        world.tell(`taskwerk: ${lost.message} The server ends.${lost.hint ? `\n  ${lost.hint}` : ""}`);
        return exitOf(lost.code);
      } finally {
        await running.close();
        log.say("ended");
      }
    } finally {
      await served.close();
    }
  } finally {
    log.close();
  }
}

const START_MS = 20_000;

/** Starts the same program in the background; answers once it serves, throws what it failed with. */
export async function startDetached(world: ApiWorld, store: string, start: StartWish): Promise<ApiInfo> {
  const [command, ...before] = world.program;
  const more = [
    ...(start.allowRemote ? ["--allow-remote"] : []),
    ...(start.log === null ? [] : ["--log", start.log]),
    ...(start.verbose ? ["--verbose"] : []),
  ];
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
  const child = spawn(command, [...args, ...more], {
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

/** The server of this store and whether it answers, or null. */
export async function findApi(store: string): Promise<FoundApi | null> {
  const file = await readApiFile(store);
  return file && { info: infoOf(file), answers: await answersHealth(file.url) };
}

/** A server that has a store. */
export interface FoundApi {
  readonly info: ApiInfo;
  /** It answers its health check. */
  readonly answers: boolean;
}

/** The owner's token of the running server, a new one if so wanted; null when none runs. The old one is void then. */
export async function ownerToken(store: string, rotate: boolean): Promise<ApiFile | null> {
  const file = await readApiFile(store);
  if (!file || !rotate) return file;
  await askRotate(file);
  return readApiFile(store);
}

/** A little more than a server gives itself. */
const STOP_MS = 12_000;

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
    hint: `It was asked to. What is it doing?  ps -fp ${file.pid}`,
  });
}
