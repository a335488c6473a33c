/** conductor: argv in, exit code out. The one place that knows the process, and wires everything else. */
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir, tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline/promises";
import { isatty } from "node:tty";
import { fileURLToPath } from "node:url";
import { fdSink } from "@taskwerk/terminal/sink";
import { runCli } from "./cli/run-cli.ts";
import type { World } from "./cli/world.ts";
import { VERSION } from "./version.ts";

const { env } = process;
const here = dirname(fileURLToPath(import.meta.url));

/** taskwerk's program: the package this one depends on (in a checkout its sibling), else what PATH has. */
function taskwerkProgram(): readonly string[] {
  if (env.CONDUCTOR_TASKWERK) return [env.CONDUCTOR_TASKWERK];
  try {
    return [
      process.execPath,
      join(dirname(createRequire(import.meta.url).resolve("taskwerk/package.json")), "bin", "taskwerk.cjs"),
    ];
  } catch {
    return ["taskwerk"];
  }
}

const firstThere = (paths: readonly string[]): string | null => paths.find((path) => existsSync(path)) ?? null;

const interruption = new AbortController();
const caught = { code: 0, times: 0 };
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** The first signal asks everything to be put down; the second ends at once. Recovery takes care of the rest. */
function listen(): void {
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      caught.code = code;
      caught.times += 1;
      if (caught.times > 1) process.exit(code);
      interruption.abort();
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
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // On a terminal, readline takes Ctrl-C for itself.
  lines.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    return await lines.question(question, { signal: interruption.signal });
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
  stdoutIsTTY: isatty(1),
  stderrIsTTY: isatty(2),
  stdinIsTTY: isatty(0),
  columns: () => process.stdout.columns,
  now: () => new Date(),
  systemUser: () => env.USER || env.LOGNAME || userInfo().username,
  taskwerk: taskwerkProgram(),
  parser: [process.execPath, "--max-old-space-size=256", join(here, "parser.cjs")],
  program: [process.execPath, process.argv[1] ?? ""],
  nodePath: process.execPath,
  examples: firstThere([join(here, "..", "examples"), join(here, "..", "..", "..", "examples")]),
  scriptedAgent: join(here, "scripted-agent.cjs"),
  homeDir: env.HOME || homedir(),
  tmpDir: tmpdir(),
  ask,
  readStdin,
  interrupted: interruption.signal,
  interruptedCode: () => caught.code,
  newId: () => randomUUID(),
  random: Math.random,
  liveScreen: async () =>
    isatty(1) && env.TERM !== "dumb" ? (await import("./tui/live.tsx")).showLive(process.stdout) : null,
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
