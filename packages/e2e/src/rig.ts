/** Runs the built programs as a user does: from bin/, in an empty directory, with an empty home. */
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Envelope, Failure, Success } from "@taskwerk/contract/envelope";

const ROOT = resolve(fileURLToPath(import.meta.url), "../../../..");

/** The variable that names a file in which every command line of taskwerk is noted, where somebody wants to know. */
export const TYPED_LOG = "TASKWERK_TYPED_LOG";

export type Program = "taskwerk" | "conductor";

/** The path of a program as it runs from a checkout. */
export const programPath = (program: Program): string => join(ROOT, "bin", program);

export interface RunOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Default: the rig's directory. */
  readonly cwd?: string;
}

export interface Ran {
  /** 128 + n when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One user's empty machine. */
export interface Rig {
  /** An empty directory with nothing above it. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a program to its end. */
  readonly run: (program: Program, args: readonly string[], options?: RunOptions) => Promise<Ran>;
  /** `taskwerk` with these words. */
  readonly taskwerk: (...args: readonly string[]) => Promise<Ran>;
  /** The data of `taskwerk … --json`; throws with everything it said when it failed. */
  readonly data: <T>(...args: readonly string[]) => Promise<T>;
  /** The error document of `taskwerk … --json`; throws when it succeeded. */
  readonly failure: (...args: readonly string[]) => Promise<Failure["error"] & { readonly exit: number }>;
  /** Starts a program and lets it run; ended with the rig at the latest. */
  readonly start: (program: Program, args: readonly string[], options?: RunOptions) => ChildProcess;
  readonly remove: () => Promise<void>;
}

/** Makes a rig. Remove it when the story is told. */
export async function makeRig(): Promise<Rig> {
  const base = await realpath(await mkdtemp(join(tmpdir(), "rig-")));
  const dir = join(base, "work");
  const home = join(base, "home");
  await Promise.all([dir, home].map((path) => mkdir(path)));
  const env = { PATH: process.env.PATH ?? "", HOME: home, USER: "tester", TZ: "UTC", LANG: "C.UTF-8" };
  const children = new Set<ChildProcess>();

  const start: Rig["start"] = (program, args, options = {}) => {
    const log = process.env[TYPED_LOG];
    if (log && program === "taskwerk") appendFileSync(log, `${JSON.stringify(args)}\n`);
    const child = spawn(process.execPath, [programPath(program), ...args], {
      cwd: options.cwd ?? dir,
      env: { ...env, ...options.env },
      stdio: "pipe",
    });
    children.add(child);
    child.once("close", () => children.delete(child));
    return child;
  };
  const run: Rig["run"] = async (program, args, options = {}) => {
    const child = start(program, args, options);
    child.stdin!.on("error", () => undefined);
    child.stdin!.end(options.stdin ?? "");
    return ended(child);
  };
  const json = async (args: readonly string[]): Promise<{ ran: Ran; envelope: Envelope<unknown> }> => {
    const ran = await run("taskwerk", [...args, "--json"]);
    try {
      return { ran, envelope: JSON.parse(ran.stdout) as Envelope<unknown> };
    } catch {
      throw new Error(`no JSON document from taskwerk ${args.join(" ")}: ${JSON.stringify(ran)}`);
    }
  };
  return {
    dir,
    env,
    run,
    start,
    taskwerk: (...args) => run("taskwerk", args),
    data: async <T>(...args: readonly string[]) => {
      const { ran, envelope } = await json(args);
      if (!envelope.ok || ran.code !== 0) throw new Error(`taskwerk ${args.join(" ")} failed: ${JSON.stringify(ran)}`);
      return (envelope as Success<T>).data;
    },
    failure: async (...args) => {
      const { ran, envelope } = await json(args);
      if (envelope.ok) throw new Error(`taskwerk ${args.join(" ")} succeeded: ${ran.stdout}`);
      return { ...envelope.error, exit: ran.code };
    },
    remove: async () => {
      for (const child of children) child.kill("SIGKILL");
      await rm(base, { recursive: true, force: true });
    },
  };
}

/** Everything a child said and how it ended. */
export function ended(child: ChildProcess): Promise<Ran> {
  const said = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    said.stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said.stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code: code ?? 128 + constants.signals[signal!], ...said }));
  });
}

/** The first whole line a child writes; throws with what it said when it ends before. */
export function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("\n")) resolve(said.slice(0, said.indexOf("\n")));
    });
    let complained = "";
    child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      complained += text;
    });
    child.once("close", (code) =>
      reject(new Error(`ended with ${code} before it said anything: ${said}${complained}`)),
    );
  });
}
