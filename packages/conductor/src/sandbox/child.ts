/** The life of one child process: started, listened to within bounds, ended with all its descendants. */
import { type ChildProcess, spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import { setTimeout as sleep } from "node:timers/promises";
import { startTimeOf } from "@taskwerk/contract/is-running";
import { isAtOnce } from "../model/at-once.ts";
import type { Command, CommandEnd, CommandResult, Running, UseLimits } from "../model/command.ts";
import type { ControlGroup } from "./control-group.ts";
import { keepOutput } from "./kept-output.ts";
import { watchUse } from "./use-watch.ts";

export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Written to file descriptor 3 and closed. */
  readonly secretArgs?: string;
  /** Ends everything that was started, politely, then not. Resolves when nothing of it is left. */
  readonly end: (pid: number) => Promise<void>;
  /** Ends what the first process left behind when it ended by itself. `since`: its start time, or "" when it was too quick. */
  readonly tidy: (pid: number, since: string) => Promise<void>;
  /** Looks at how it ended; the launcher may know better, e.g. that the program never ran. */
  readonly judge?: (end: CommandEnd, stderr: string) => CommandEnd;
  /** Ends everything at once: it is over its limits, and asking would give it time for more. */
  readonly kill: (pid: number) => Promise<void>;
  readonly limits: UseLimits | null;
  /** It is started in this one, which is ended with it. */
  readonly group: ControlGroup | null;
  /** Called at the very end. */
  readonly cleanUp?: () => Promise<void>;
}

/** How long the pipes of an ended process may stay open. */
const PIPES = 1000;

/** Starts it. A program that cannot be started is a result (`spawn-failed`, pid 0), not an exception. */
export async function startChild(command: Command, launch: Launch): Promise<Running> {
  const began = performance.now();
  const kept = keepOutput(command.outputLimitBytes);
  const failed = (reason: string): CommandResult => ({
    end: { kind: "spawn-failed", reason },
    stdout: "",
    stderr: "",
    truncated: false,
    durationMs: performance.now() - began,
  });
  const cleanUp = async (): Promise<void> => {
    await launch.group?.end();
    await launch.cleanUp?.();
  };
  if (command.signal?.aborted) {
    await cleanUp();
    return { pid: 0, startTime: "", result: Promise.resolve({ ...failed(""), end: { kind: "cancelled" } }) };
  }
  const started = await begin(launch);
  if (started.kind === "failed") {
    await cleanUp();
    return { pid: 0, startTime: "", result: Promise.resolve(failed(started.why)) };
  }
  const { child, pid, exit, closed } = started;
  listen(child, command, kept.write);
  feed(child, command.stdin ?? "", launch.secretArgs);
  const startTime = startTimeOf(pid);
  const result = live({ child, pid, startTime, command, launch, exit, closed }).then(
    async (end): Promise<CommandResult> => {
      await cleanUp();
      const stderr = kept.read("stderr");
      return {
        end: launch.judge?.(end, stderr) ?? end,
        stdout: kept.read("stdout"),
        stderr,
        truncated: kept.truncated,
        durationMs: performance.now() - began,
      };
    },
  );
  return { pid, startTime, result };
}

type Exit =
  | { readonly kind: "exit"; readonly code: number | null; readonly signal: string | null }
  | { readonly kind: "failed"; readonly why: string };

type Started =
  | {
      readonly kind: "started";
      readonly child: ChildProcess;
      readonly pid: number;
      readonly exit: Promise<Exit>;
      /** Its output has been read to the end. */
      readonly closed: Promise<void>;
    }
  | { readonly kind: "failed"; readonly why: string };

async function begin(launch: Launch): Promise<Started> {
  const { cwd, env, secretArgs, group } = launch;
  const [file = "", ...args] = [...(group?.launcher ?? []), launch.file, ...launch.args];
  try {
    const third = secretArgs === undefined ? [] : (["pipe"] as const);
    const child = spawn(file, args, { cwd, env, detached: true, stdio: ["pipe", "pipe", "pipe", ...third] });
    const exit = waitFor(child);
    // Listened to from the start: a quick command is over before anybody looks again.
    const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
    if (child.pid !== undefined) return { kind: "started", child, pid: child.pid, exit, closed };
    const end = await exit;
    return { kind: "failed", why: end.kind === "failed" ? end.why : "it did not start" };
  } catch (error) {
    // An empty name or a NUL character never gets as far as the system.
    return { kind: "failed", why: error instanceof Error ? error.message : String(error) };
  }
}

function waitFor(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ kind: "failed", why: error.message }));
    child.once("exit", (code, signal) => resolve({ kind: "exit", code, signal }));
  });
}

async function live({
  child,
  pid,
  startTime,
  command,
  launch,
  exit,
  closed,
}: {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly startTime: string;
  readonly command: Command;
  readonly launch: Launch;
  readonly exit: Promise<Exit>;
  readonly closed: Promise<void>;
}): Promise<CommandEnd> {
  const stop = stopper(command);
  const use = excessStopper(pid, command, launch);
  const first = await Promise.race([exit, stop.reason, use.reason]);
  stop.disarm();
  use.disarm();
  await endingOf(first.kind, command, launch)(pid, startTime).catch(() => undefined);
  await Promise.race([closed, sleep(PIPES, undefined, { ref: false })]);
  for (const stream of child.stdio) stream?.destroy();
  if (first.kind === "failed") return { kind: "spawn-failed", reason: first.why };
  if (first.kind !== "exit") return first;
  // The kernel ends what is over before anybody looks.
  const excess = (await launch.group?.excess()) ?? null;
  if (excess !== null) return { kind: "over-limit", ...excess };
  return first.code === null
    ? { kind: "signalled", signal: first.signal ?? "SIGKILL" }
    : { kind: "exited", code: first.code };
}

function endingOf(
  first: (Exit | CommandEnd)["kind"],
  { signal }: Command,
  { tidy, kill, end }: Launch,
): Launch["tidy"] {
  if (first === "exit" || first === "failed") return tidy;
  return first === "over-limit" || isAtOnce(signal) ? kill : end;
}

type Over = Extract<CommandEnd, { kind: "over-limit" }>;

function excessStopper(
  pid: number,
  { binds }: Command,
  { limits, group }: Launch,
): { readonly reason: Promise<Over>; disarm(): void } {
  let disarm = (): void => undefined;
  const reason = new Promise<Over>((resolve) => {
    if (limits === null) return;
    const writes = binds.filter(({ mode }) => mode === "rw").map(({ path }) => path);
    disarm = watchUse({ pid, writes, limits, group, over: (excess) => resolve({ kind: "over-limit", ...excess }) });
  });
  return { reason, disarm: () => disarm() };
}

type Stop = Extract<CommandEnd, { kind: "timed-out" | "cancelled" }>;

function stopper({ timeoutMs, signal }: Command): { readonly reason: Promise<Stop>; disarm(): void } {
  let disarm = (): void => undefined;
  const reason = new Promise<Stop>((resolve) => {
    const timer = setTimeout(() => resolve({ kind: "timed-out" }), Math.min(timeoutMs, 2 ** 31 - 1));
    const cancel = (): void => resolve({ kind: "cancelled" });
    signal?.addEventListener("abort", cancel, { once: true });
    if (signal?.aborted) cancel();
    disarm = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", cancel);
    };
  });
  return { reason, disarm: () => disarm() };
}

function listen(
  child: ChildProcess,
  { onOutput }: Command,
  keep: (stream: "stdout" | "stderr", chunk: Buffer) => void,
): void {
  for (const stream of ["stdout", "stderr"] as const) {
    const decoder = new StringDecoder("utf8");
    child[stream]?.on("data", (chunk: Buffer) => {
      keep(stream, chunk);
      if (onOutput) onOutput(stream, decoder.write(chunk));
    });
    child[stream]?.on("error", () => undefined);
  }
}

/** A child that does not read its input, or is gone, is no error of ours. */
function feed(child: ChildProcess, stdin: string, secretArgs: string | undefined): void {
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(stdin);
  const third = child.stdio[3];
  if (secretArgs === undefined || third === null || third === undefined || !("end" in third)) return;
  third.on("error", () => undefined);
  third.end(secretArgs);
}
