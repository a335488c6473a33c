/** conductor: argv in, exit code out. The one place that knows the process, and wires everything else. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isTerminal } from "@taskwerk/terminal/is-terminal";
import { sanitise } from "@taskwerk/terminal/sanitise";
import { fdSink } from "@taskwerk/terminal/sink";
import { runCli } from "./cli/run-cli.ts";
import type { World } from "./cli/world.ts";
import { TERMINAL_CLOSED } from "./model/at-once.ts";
import { VERSION } from "./version.ts";

// What only some commands need is asked for when they do: loaded here, it would be a third of every start.
const { env, getBuiltinModule: builtin } = process;
const here = dirname(fileURLToPath(import.meta.url));

/** taskwerk's program: the package this one depends on (in a checkout its sibling), else what PATH has. */
function taskwerkProgram(): readonly string[] {
  if (env.CONDUCTOR_TASKWERK) return [env.CONDUCTOR_TASKWERK];
  try {
    const { resolve } = builtin("node:module").createRequire(import.meta.url);
    return [process.execPath, join(dirname(resolve("taskwerk/package.json")), "bin", "taskwerk.cjs")];
  } catch {
    return ["taskwerk"];
  }
}

const firstThere = (paths: readonly string[]): string | null => paths.find((path) => existsSync(path)) ?? null;

const interruption = new AbortController();
const caught = { code: 0, times: 0 };
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * The first signal asks everything to be put down; a second SIGINT or SIGTERM ends at once, and recovery takes care of the rest.
 * A terminal that is closed may send SIGHUP more than once, and nobody is there to be in a hurry.
 */
function listen(): void {
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      const closed = signal === "SIGHUP";
      if (closed && interruption.signal.aborted) return;
      caught.code = code;
      caught.times += 1;
      if (caught.times > 1) process.exit(code);
      interruption.abort(closed ? TERMINAL_CLOSED : undefined);
    });
  }
}

/** Where it was started; a directory that was deleted meanwhile is named all the same. */
function startedIn(): string {
  try {
    return process.cwd();
  } catch {
    return env.PWD || "/";
  }
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks)
    .toString("utf8")
    .replace(/\r?\n$/, "");
}

async function ask(question: string): Promise<string | null> {
  const { createInterface } = builtin("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // On a terminal, readline takes Ctrl-C for itself.
  lines.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    return await lines.question(sanitise(question), { signal: interruption.signal });
  } catch {
    return null;
  } finally {
    lines.close();
  }
}

const world: World = {
  argv: process.argv.slice(2),
  env,
  cwd: startedIn(),
  version: VERSION,
  pid: process.pid,
  stdout: fdSink(1),
  stderr: fdSink(2),
  stdoutIsTTY: isTerminal(1),
  stderrIsTTY: isTerminal(2),
  stdinIsTTY: isTerminal(0),
  columns: () => process.stdout.columns,
  rows: () => process.stdout.rows,
  now: () => new Date(),
  systemUser: () => env.USER || env.LOGNAME || builtin("node:os").userInfo().username,
  get taskwerk() {
    return taskwerkProgram();
  },
  parser: [process.execPath, "--max-old-space-size=256", join(here, "parser.cjs")],
  program: [process.execPath, process.argv[1] ?? ""],
  bundle: fileURLToPath(import.meta.url),
  nodePath: process.execPath,
  examples: firstThere([join(here, "..", "examples"), join(here, "..", "..", "..", "examples")]),
  scriptedAgent: join(here, "scripted-agent.cjs"),
  homeDir: env.HOME || builtin("node:os").homedir(),
  get tmpDir() {
    return builtin("node:os").tmpdir();
  },
  ask,
  readStdin,
  interrupted: interruption.signal,
  interruptedCode: () => caught.code,
  newId: () => builtin("node:crypto").randomUUID(),
  random: Math.random,
  liveScreen: async () =>
    isTerminal(1) && env.TERM !== "dumb" ? (await import("./tui/live.tsx")).showLive(process.stdout) : null,
  reviewScreen: async () =>
    isTerminal(0) && isTerminal(1) && env.TERM !== "dumb"
      ? (await import("./tui/review.tsx")).screenOf(process.stdin, process.stdout)
      : null,
  monitorScreen: async () =>
    isTerminal(0) && isTerminal(1) && env.TERM !== "dumb"
      ? (await import("./tui/monitor.tsx")).monitorOf(process.stdin, process.stdout)
      : null,
  die: () => process.kill(process.pid, "SIGKILL"),
};

listen();
void runCli(world)
  .catch((error: unknown) => {
    world.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return 1;
  })
  .then(
    (code) => process.exit(code),
    () => process.exit(1),
  );
