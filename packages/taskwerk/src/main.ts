/** taskwerk: argv in, exit code out. The one place that knows the process, and everything else. */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { STORE_FILE } from "@taskwerk/contract/api-file";
import type { Success } from "@taskwerk/contract/envelope";
import { type OperationName, ROUTES } from "@taskwerk/contract/routes";
import { isTerminal } from "@taskwerk/terminal/is-terminal";
import { sanitise } from "@taskwerk/terminal/sanitise";
import { fdSink } from "@taskwerk/terminal/sink";
import type { ApiWorld } from "./api/api-control.ts";
import { storeConfigFile, userConfigFile } from "./cli/config-files.ts";
import { runCli } from "./cli/run-cli.ts";
import { utf8Text } from "./cli/utf8-text.ts";
import type { ApiControl, Caller, StoreFiles, StoreTarget, World } from "./cli/world.ts";
import { uidMaker } from "./core/uid.ts";
import { fillRandom } from "./fill-random.ts";
import type { Sender } from "./operations/operation.ts";
import type { Store } from "./store/open.ts";
import { VERSION } from "./version.ts";

const { env } = process;
const now = (): Date => new Date();
const newUid = uidMaker(Date.now, fillRandom);

interface Opened {
  readonly store: Promise<Store>;
  /** Which file it was that was opened. */
  readonly file: string;
}

/** Stores that this run opened, by directory; closed at its end. */
const opened = new Map<string, Opened>();

/** The store that lies there now: who waits or watches for long goes on in a backup that was put in its place. */
async function storeFor(dir: string, readonly: boolean): Promise<Store> {
  const key = `${readonly ? "r" : "w"}:${dir}`;
  const file = fileIn(dir);
  const known = opened.get(key);
  if (known?.file === file) return known.store;
  opened.delete(key);
  if (known) await closed(known);
  const { openStore } = await import("./store/open.ts");
  const store = openStore(dir, { readonly, daily: now });
  opened.set(key, { store, file });
  return store;
}

function fileIn(dir: string): string {
  const found = statSync(join(dir, STORE_FILE), { throwIfNoEntry: false, bigint: true });
  return found ? `${found.dev}:${found.ino}` : "";
}

const closed = ({ store }: Opened): Promise<void> => store.then((one) => one.close()).catch(() => undefined);

async function locate(target: StoreTarget): Promise<string> {
  const { locateStore } = await import("./store/locate.ts");
  return locateStore({ ...target, env });
}

async function call(store: Store, caller: Caller, name: OperationName, input: unknown): Promise<Success<never>> {
  const { callOperation } = await import("./operations/call.ts");
  if (ROUTES[name].writes) await followConfiguration(store);
  return callOperation({ ...caller, store, now, newUid, sender }, name, input as never) as Promise<Success<never>>;
}

/** A look at the dates of two files; webhooks that stand in them become the store's where one has changed. */
async function followConfiguration(store: Store): Promise<void> {
  const files = [storeConfigFile(store.dir), userConfigFile(env)].filter((file) => file !== null);
  if (store.outbox.config === "" && !files.some((file) => existsSync(file))) return;
  const [{ followConfig }, { readConfig }] = await Promise.all([
    import("./webhooks/follow-config.ts"),
    import("./cli/read-config.ts"),
  ]);
  await followConfig(store, { files, values: () => readConfig(store.dir, env) }, now());
}

const webhookWorld = { now, env, pid: process.pid, version: VERSION };
const program = [process.execPath, process.argv[1]!] as const;

/** What sends to webhooks, loaded when something is sent. */
const sender: Sender = {
  deliver: async (store, alone) => {
    const { deliverDue } = await import("./webhooks/webhook-control.ts");
    return deliverDue(store, webhookWorld, alone);
  },
  test: async (store, webhook, message, actor) => {
    const { testWebhook } = await import("./webhooks/webhook-control.ts");
    return testWebhook(store, webhookWorld, { webhook, message, actor });
  },
};

/** Has somebody send what is due. */
async function deliverBehind(store: Store): Promise<void> {
  const { deliverInBackground } = await import("./webhooks/background.ts");
  await deliverInBackground(store, program, env);
}

/** A call by a program that is no server of the store: what it leaves for webhooks is sent behind it. */
const callHere: typeof call = async (store, caller, name, input) => {
  const answer = await call(store, caller, name, input);
  if (store.outbox.due) {
    store.outbox.due = false;
    await deliverBehind(store);
  }
  return answer;
};

/** The exit code of the first signal. */
const stopped = (): Promise<number> =>
  new Promise((resolve) => {
    for (const [signal, code] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
      ["SIGHUP", 129],
    ] as const) {
      process.once(signal, () => resolve(code));
    }
  });

/** API mode: a connection that reads and one that writes, so that no read waits for a write. */
const apiWorld: ApiWorld = {
  version: VERSION,
  pid: process.pid,
  now,
  program,
  env,
  tell: (line) => stderr.write(`${line}\n`),
  open: async (dir, onDefect) =>
    (await import("./serve-store.ts")).serveStore(dir, {
      now,
      newUid,
      onDefect,
      storeFor,
      call,
      followConfiguration,
      deliverBehind,
      webhooks: webhookWorld,
    }),
  interrupted: () =>
    new Promise((resolve) => {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
    }),
  stdinClosed: () =>
    new Promise((resolve) => {
      for (const event of ["end", "close", "error"] as const) process.stdin.once(event, () => resolve());
      process.stdin.resume();
    }),
};

async function apiControl(): Promise<ApiControl> {
  const api = await import("./api/api-control.ts");
  return {
    serve: async (target, start, listening) => api.serveUntilStopped(apiWorld, await locate(target), start, listening),
    detach: async (target, start) => api.startDetached(apiWorld, await locate(target), start),
    find: async (target) => api.findApi(await locate(target)),
    token: async (target, rotate) => api.ownerToken(await locate(target), rotate),
    stop: async (target) => api.stopApi(await locate(target)),
  };
}

/** Each call opens the store anew: an agent stays long, and a store may be restored or made meanwhile. */
async function mcp(): ReturnType<World["mcp"]> {
  const { serveMcp } = await import("./mcp/serve-mcp.ts");
  const { openStore } = await import("./store/open.ts");
  return (target, start) =>
    serveMcp(
      {
        version: VERSION,
        run: async (name, input, caller) => {
          const readonly = !ROUTES[name].writes;
          const store = await openStore(await locate(target), { readonly, daily: now });
          try {
            return await callHere(store, caller, name, input);
          } finally {
            await store.close();
          }
        },
        interrupted: apiWorld.interrupted,
        onDefect: tellDefect,
      },
      start,
    );
}

async function storeFiles(): Promise<StoreFiles> {
  const files = await import("./store/files.ts");
  return {
    backUp: async (target, file) => files.backUpStore(await locate(target), file, now()),
    restore: async (target, from) => {
      const store = await locate(target);
      return { store, from, ...(await files.restoreStore(store, from, now())) };
    },
    migrate: async (target) => {
      const store = await locate(target);
      return { store, ...(await files.migrateStore(store)) };
    },
    vacuum: async (target) => files.vacuumStore(await locate(target)),
  };
}

/** One line from the person at the terminal, asked for in words that may be of anybody; null when he ends it. */
async function ask(question: string): Promise<string | null> {
  const { createInterface } = process.getBuiltinModule("node:readline");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
    lines.once("close", () => resolve(null));
    lines.question(sanitise(question), (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}

/** What cannot happen has happened: with its stack, so that it can be found. */
const tellDefect = (error: unknown): void => stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);

async function readStdinBytes(most = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size >= most) break;
  }
  return Buffer.concat(chunks);
}

const stdout = fdSink(1);
const stderr = fdSink(2);
const world: World = {
  argv: process.argv.slice(2),
  env,
  cwd: process.cwd(),
  version: VERSION,
  stdout,
  stderr,
  stdoutIsTTY: isTerminal(1),
  stderrIsTTY: isTerminal(2),
  stdinIsTTY: isTerminal(0),
  ask,
  columns: () => process.stdout.columns,
  rows: () => process.stdout.rows,
  stopped,
  now,
  readStdin: async () => utf8Text(await readStdinBytes(), "stdin"),
  readStdinBytes,
  systemUser: () => env.USER || env.LOGNAME || process.getBuiltinModule("node:os").userInfo().username,
  tokenOf: async (target, url) => {
    const [store, { readApiFile }] = await Promise.all([locate(target).catch(() => null), import("./api/api-file.ts")]);
    const file = store === null ? null : await readApiFile(store);
    // The token of this store's own server is nobody else's business.
    return file && new URL(file.url).origin === new URL(url).origin ? file.token : null;
  },
  run: async (target, caller, name, input) => {
    const store = await storeFor(await locate(target), !ROUTES[name].writes);
    return callHere(store, caller, name, input);
  },
  exportTasks: async (target, caller, input, sink) => {
    const store = await storeFor(await locate(target), true);
    const { streamExport } = await import("./operations/task/export.ts");
    return streamExport({ ...caller, store, now, newUid }, input, sink);
  },
  watchStore: async (target) => {
    const { watchStore } = await import("./store/watch-store.ts");
    return watchStore(await locate(target));
  },
  followConfiguration: async (target) => followConfiguration(await storeFor(await locate(target), false)),
  locateStore: locate,
  editFile: async (file, mode, edit) => {
    const files = await import("./store/edit-file.ts");
    return files.editFile(file, mode, edit);
  },
  createStore: async (dir, prefix) => {
    const { createStore } = await import("./store/open.ts");
    return createStore(dir, { prefix });
  },
  api: apiControl,
  mcp,
  files: storeFiles,
};

async function main(): Promise<number> {
  try {
    return await runCli(world);
  } catch (error) {
    tellDefect(error);
    return 1;
  } finally {
    for (const one of opened.values()) await closed(one);
  }
}

// Everything is written by now. Ending here spares taking the heap apart, a tenth of what `--help` costs.
void main().then(
  (code) => process.exit(code),
  () => process.exit(1),
);
