/** The server that is meant: one that the user names, one that runs, or one of our own. */
import { promises } from "node:fs";
import { join } from "node:path";
import { API_FILE, type ApiFile, type ApiInfo, STORE_DIRECTORY } from "@taskwerk/contract/api-file";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { isRunning } from "@taskwerk/contract/is-running";
import { processStart } from "@taskwerk/contract/process-start";
import { START_TIMEOUT, startServer } from "./start-server.ts";
import { ask, type ConnectOptions } from "./taskwerk-program.ts";
import { borrowed, readApiFile, type Server, tokenIn } from "./taskwerk-server.ts";

/** The server at an address that the user named. Throws CREDENTIAL_MISSING where no token for it is to be had. */
export async function namedServer(options: ConnectOptions, url: string): Promise<Server> {
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

/**
 * A server of our own, or the one that runs for this store already. Other programs start and end theirs at any moment,
 * so one that was gone before its token could be read is tried for again.
 */
export async function findServer(options: ConnectOptions): Promise<Server> {
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
      if (running !== null && isRunning(running)) return borrowed(running);
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

const LOOK_AGAIN = 100;
