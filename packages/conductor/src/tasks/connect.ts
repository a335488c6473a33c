/** Finds the taskwerk server of a store, or starts one that dies with conductor. */
import { spawn } from "node:child_process";
import { promises } from "node:fs";
import { join } from "node:path";
import { API_FILE, type ApiFile, type ApiInfo, STORE_DIRECTORY } from "@taskwerk/contract/api-file";
import { type TaskwerkClient, taskwerkClient } from "@taskwerk/contract/client";
import type { Envelope, Failure } from "@taskwerk/contract/envelope";
import { type ErrorCode, isWerkError, WerkError } from "@taskwerk/contract/errors";
import { processStart } from "@taskwerk/contract/process-start";

export interface ConnectOptions {
  /** Where to look for the store from, and to run taskwerk in. */
  readonly cwd: string;
  /** taskwerk's own command line, e.g. [node, …/taskwerk.cjs]. */
  readonly taskwerk: readonly string[];
  /** A server that is named by the user; its token comes from `token` or from the store found at `cwd`. */
  readonly url: string | null;
  readonly token: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Who writes. */
  readonly actor: string;
  /** How long a command of taskwerk may take to answer, milliseconds; default 20 seconds. */
  readonly answerMs?: number;
}

/** A connection that can be asked for again after the server went away. */
export interface Connection {
  /** The client of the server that answers now, with this session's name on every write. Throws TASKWERK_UNREACHABLE, STORE_NOT_FOUND. */
  client(session: string | null): Promise<TaskwerkClient>;
  /** The store directory that is served, as the server says. */
  store(): Promise<string>;
  /** Whether another server can take the place of one that no longer answers: not when the user named it. */
  readonly renews: boolean;
  /** Ends the server if this connection started it. */
  close(): Promise<void>;
}

interface Server {
  readonly url: string;
  /** The newest that is known: it may be rotated while the server runs. */
  token: string;
  /** The token that lies in the server's file now; null where there is none to be read. */
  readonly reread: () => Promise<string | null>;
  readonly store: string;
  readonly stop: () => Promise<void>;
  readonly alive: () => boolean;
}

const START_TIMEOUT = 20_000;
const ANSWER_TIMEOUT = 20_000;

/** Makes a connection; nothing is started before the first call. */
export function connectTaskwerk(options: ConnectOptions): Connection {
  let server: Promise<Server> | null = null;
  const next = async (last: Promise<Server> | null): Promise<Server> => {
    const known = await last?.catch(() => null);
    if (known?.alive()) return known;
    return options.url === null ? findServer(options) : namedServer(options, options.url);
  };
  // Callers queue behind each other, so that one process never starts two servers.
  const running = (): Promise<Server> => {
    server = next(server);
    return server;
  };
  return {
    renews: options.url === null,
    async client(session) {
      const to = await running();
      const withToken = (token: string): TaskwerkClient =>
        taskwerkClient({ url: to.url, token, actor: options.actor, ...(session === null ? {} : { session }) });
      return withNewToken(to, withToken);
    },
    store: async () => (await running()).store,
    async close() {
      await server?.then(
        (one) => one.stop(),
        () => undefined,
      );
      server = null;
    },
  };
}

/** How often in one call the token may turn out to be a newer one. */
const MOST_ROTATIONS = 3;

/**
 * A client that reads the token again where the server refuses the one it has: somebody may have rotated it. What was
 * refused was not done, so any call may be made again. Where no other token is to be had the refusal stands.
 */
function withNewToken(server: Server, withToken: (token: string) => TaskwerkClient): TaskwerkClient {
  return {
    ...withToken(server.token),
    async call(name, input, callOptions) {
      for (let rotations = 0; ; rotations += 1) {
        const { token } = server;
        try {
          return await withToken(token).call(name, input, callOptions);
        } catch (error) {
          if (!isWerkError(error) || error.code !== "UNAUTHORIZED" || rotations === MOST_ROTATIONS) throw error;
          // Another call may have read it meanwhile.
          if (server.token === token) server.token = (await server.reread()) ?? token;
          if (server.token === token) throw error;
        }
      }
    },
  };
}

/** The token in the store's runtime file, as long as that is of the same server. */
const tokenIn = async (store: string, url: string): Promise<string | null> => {
  const file = await readApiFile(join(store, API_FILE));
  return file !== null && file.url === url ? file.token : null;
};

async function namedServer(options: ConnectOptions, url: string): Promise<Server> {
  const token = options.token ?? options.env.TASKWERK_TOKEN;
  const near = token ? null : await apiFileNear(options);
  // The token of this store's own server is nobody else's business.
  const found = token ? { token, store: "" } : near !== null && sameServer(near.url, url) ? near : null;
  if (found === null)
    throw new WerkError("CREDENTIAL_MISSING", `no token for the taskwerk server at ${url}`, {
      hint: "Set TASKWERK_TOKEN, or run it in the directory of the store that this server serves.",
    });
  return {
    url,
    token: found.token,
    store: found.store,
    reread: async () => (near === null ? null : tokenIn(near.store, near.url)),
    stop: async () => undefined,
    alive: () => true,
  };
}

const sameServer = (a: string, b: string): boolean =>
  URL.canParse(a) && URL.canParse(b) && new URL(a).origin === new URL(b).origin;

/** The runtime file of the store that taskwerk finds from here, if its server runs. */
async function apiFileNear(options: ConnectOptions): Promise<ApiFile | null> {
  const where = await ask(options, ["api", "status", "--json"]).catch((error: unknown) => {
    if (isWerkError(error)) throw error;
    return null;
  });
  if (where === null || !where.ok) return null;
  return readApiFile((where.data as ApiInfo).token_file);
}

async function readApiFile(path: string): Promise<ApiFile | null> {
  try {
    return JSON.parse(await promises.readFile(path, "utf8")) as ApiFile;
  } catch {
    return null;
  }
}

/**
 * A server of our own, or the one that runs for this store already. Other programs start and end theirs at any moment,
 * so one that was gone before its token could be read is tried for again.
 */
async function findServer(options: ConnectOptions): Promise<Server> {
  const near = await serverBeside(options);
  if (near !== null) return near;
  const until = performance.now() + START_TIMEOUT;
  for (;;) {
    try {
      return await startServer(options);
    } catch (error) {
      if (!isWerkError(error) || error.code !== "API_RUNNING") throw error;
      const path = error.details.token_file;
      const running = typeof path === "string" ? await readApiFile(path) : null;
      if (running !== null && isAlive(running.pid)) return borrowed(running);
      if (performance.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
    }
  }
}

/**
 * The server of the store in `cwd`, taken without asking taskwerk. Only one that nobody else can have written down: the file
 * is the user's alone, its process is the very one that wrote it, and it listens here. Null where that is not so, or cannot
 * be told, or another store may be meant.
 */
async function serverBeside({ cwd, env }: ConnectOptions): Promise<Server | null> {
  if (env.TASKWERK_DIR) return null;
  const store = join(cwd, STORE_DIRECTORY);
  const path = join(store, API_FILE);
  const there = await promises.lstat(path).catch(() => null);
  if (!there?.isFile() || (there.mode & 0o077) !== 0 || there.uid !== process.getuid?.()) return null;
  const file = await readApiFile(path);
  if (file === null || file.store !== store || !/^http:\/\/127\.0\.0\.1:\d+$/.test(file.url)) return null;
  return (await processStart(file.pid)) === file.process_start ? borrowed(file) : null;
}

const borrowed = ({ url, token, store, pid }: ApiFile): Server => ({
  url,
  token,
  store,
  reread: () => tokenIn(store, url),
  stop: async () => undefined,
  alive: () => isAlive(pid),
});

const LOOK_AGAIN = 100;

async function startServer(options: ConnectOptions): Promise<Server> {
  const [program = "taskwerk", ...args] = options.taskwerk;
  const child = spawn(program, [...args, "api", "start", "--port", "0", "--until-stdin-closes", "--json"], {
    cwd: options.cwd,
    env: plainEnv(options.env),
    stdio: ["pipe", "pipe", "pipe"],
    // A Ctrl-C is conductor's to handle; the server must outlive it by a moment.
    detached: true,
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => {
    errors = (errors + chunk.toString("utf8")).slice(-4000);
  });
  child.once("error", (error) => {
    errors ||= error.message;
  });
  child.stdin.on("error", () => undefined);
  const line = await firstLine(child, exited);
  if (line === null) {
    child.kill("SIGTERM");
    throw new WerkError(
      "TASKWERK_UNREACHABLE",
      `taskwerk did not start: ${errors.trim().split("\n")[0] || `${program} ended without a word`}`,
      {
        hint: "See why:  taskwerk api start",
      },
    );
  }
  const envelope = JSON.parse(line) as Envelope<ApiInfo>;
  if (!envelope.ok) throw errorOf(envelope.error);
  const file = await readApiFile(join(envelope.data.store, API_FILE));
  if (file === null) {
    child.kill("SIGTERM");
    throw new WerkError(
      "TASKWERK_UNREACHABLE",
      `taskwerk started, and left no token to reach it with in ${join(envelope.data.store, API_FILE)}`,
      { hint: "See whether one runs:  taskwerk api status\nStart one yourself:  taskwerk api start" },
    );
  }
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr])
    (stream as unknown as { unref?: () => void }).unref?.();
  return {
    url: file.url,
    token: file.token,
    store: file.store,
    reread: () => tokenIn(file.store, file.url),
    alive: () => child.exitCode === null && child.signalCode === null,
    async stop() {
      child.stdin.end();
      const late = setTimeout(() => child.kill("SIGKILL"), 5000);
      await exited;
      clearTimeout(late);
    },
  };
}

function firstLine(child: ReturnType<typeof spawn>, exited: Promise<void>): Promise<string | null> {
  const lines = process.getBuiltinModule("node:readline").createInterface({ input: child.stdout! });
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), START_TIMEOUT);
    const settle = (line: string | null): void => {
      clearTimeout(timer);
      resolve(line);
    };
    lines.once("line", settle);
    lines.once("close", () => settle(null));
    void exited.then(() => setTimeout(() => settle(null), 200));
    child.once("error", () => settle(null));
  });
}

/** Runs one taskwerk command that answers with one JSON document. Throws TASKWERK_UNREACHABLE where no answer comes. */
async function ask(options: ConnectOptions, words: readonly string[]): Promise<Envelope<unknown>> {
  const { answerMs = ANSWER_TIMEOUT } = options;
  const [program = "taskwerk", ...args] = options.taskwerk;
  const child = spawn(program, [...args, ...words], {
    cwd: options.cwd,
    env: plainEnv(options.env),
    stdio: ["ignore", "pipe", "ignore"],
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const isLate = await new Promise<boolean>((resolve, reject) => {
    const timer = setTimeout(() => resolve(true), answerMs);
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      act();
    };
    child.once("error", (error) => settle(() => reject(error)));
    child.once("close", () => settle(() => resolve(false)));
  });
  if (isLate) {
    child.kill("SIGKILL");
    child.stdout.destroy();
    throw new WerkError("TASKWERK_UNREACHABLE", `taskwerk ${words.join(" ")} gave no answer in ${answerMs / 1000} s`, {
      hint: `See why:  taskwerk ${words.join(" ")}\nOr say the token yourself:  TASKWERK_TOKEN=…`,
    });
  }
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as Envelope<unknown>;
}

const errorOf = ({ code, message, hint, details }: Failure["error"]): WerkError =>
  new WerkError(code as ErrorCode, message, { details, ...(hint ? { hint } : {}) });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const plainEnv = (env: ConnectOptions["env"]): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined));
