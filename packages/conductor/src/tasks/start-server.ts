/** A server of our own: it dies with conductor. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { API_FILE, type ApiInfo } from "@taskwerk/contract/api-file";
import type { Envelope, Failure } from "@taskwerk/contract/envelope";
import { type ErrorCode, WerkError } from "@taskwerk/contract/errors";
import { type ConnectOptions, plainEnv } from "./taskwerk-program.ts";
import { readApiFile, type Server, tokenIn } from "./taskwerk-server.ts";

/** How long a server may take to start, milliseconds. */
export const START_TIMEOUT = 20_000;

/** How long a server that was asked to end may take, milliseconds. */
const GRACE_MS = 5_000;

/** Throws TASKWERK_UNREACHABLE, API_RUNNING where one runs for this store already, and what taskwerk says. */
export async function startServer(options: ConnectOptions): Promise<Server> {
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
  const envelope = envelopeIn(line);
  if (envelope === null) {
    child.kill("SIGTERM");
    throw new WerkError(
      "TASKWERK_UNREACHABLE",
      `what was started as taskwerk is another program, or another version: it said "${line.slice(0, 100)}"`,
      { hint: `See what it is:  ${program} ${[...args, "--version"].join(" ")}` },
    );
  }
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
      const late = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
      await exited;
      clearTimeout(late);
    },
  };
}

/** What taskwerk answered; null where it is no answer of taskwerk. */
function envelopeIn(line: string): Envelope<ApiInfo> | null {
  try {
    const value = JSON.parse(line) as Envelope<ApiInfo> | null;
    return typeof value?.ok === "boolean" ? value : null;
  } catch {
    return null;
  }
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

const errorOf = ({ code, message, hint, details }: Failure["error"]): WerkError =>
  new WerkError(code as ErrorCode, message, { details, ...(hint ? { hint } : {}) });
