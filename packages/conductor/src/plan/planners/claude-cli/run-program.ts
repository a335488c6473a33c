/** Runs a program that prints lines, within bounds, and ends it when nothing more is wanted of it. */
import { spawn } from "node:child_process";

/** What is run, what it is given, and who listens. */
export interface ProgramRun {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input: string;
  /** One that prints nothing for this long is ended. */
  readonly idleMs: number;
  readonly signal: AbortSignal | undefined;
  /** `stop`: nothing more is wanted of it. */
  readonly onLine: (line: string) => "go on" | "stop";
}

/** How it ended; `said` is the beginning of what it printed as errors. */
export type ProgramEnd =
  | { readonly kind: "exited"; readonly code: number | null; readonly said: string }
  | { readonly kind: "not-started"; readonly reason: string }
  | { readonly kind: "silent"; readonly forMs: number }
  | { readonly kind: "too-much" }
  | { readonly kind: "stopped" };

const LONGEST_LINE = 16_000_000;
const MOST_OUTPUT = 128_000_000;
/** After it was asked to end, it has so long. */
const GRACE_MS = 5_000;
/** So long what it said last is waited for after its end; what it started may hold its output open for ever. */
const LAST_WORDS_MS = 1_000;

/** Answers when the process is gone, and ends what it left in its group. Never throws; of an aborted signal the caller knows. */
export function runProgram({ argv, cwd, env, input, idleMs, signal, onLine }: ProgramRun): Promise<ProgramEnd> {
  const [program = "", ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, env: { ...env }, stdio: "pipe", detached: true });
    const tell = (sent: NodeJS.Signals): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, sent);
      } catch {
        // Nothing of it is left.
      }
    };
    // Where this process ends before it, as with a second Ctrl-C.
    const atExit = (): void => tell("SIGKILL");
    process.once("exit", atExit);
    let why: ProgramEnd | null = null;
    let [rest, said, heard] = ["", "", 0];
    let killing: NodeJS.Timeout | null = null;
    const end = (reason: ProgramEnd): void => {
      why ??= reason;
      if (killing !== null) return;
      tell("SIGTERM");
      killing = setTimeout(() => tell("SIGKILL"), GRACE_MS);
    };
    const idle = setTimeout(() => end({ kind: "silent", forMs: idleMs }), idleMs);
    const aborted = (): void => end({ kind: "stopped" });
    const hear = (line: string): void => {
      if (why === null && line !== "" && onLine(line) === "stop") end({ kind: "stopped" });
    };
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      idle.refresh();
      heard += chunk.length;
      rest += chunk;
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) hear(line);
      if (rest.length > LONGEST_LINE || heard > MOST_OUTPUT) {
        rest = "";
        end({ kind: "too-much" });
      }
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      if (said.length < 4_000) said += chunk;
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    const over = (last: ProgramEnd): void => {
      clearTimeout(idle);
      if (killing !== null) clearTimeout(killing);
      process.off("exit", atExit);
      signal?.removeEventListener("abort", aborted);
      resolve(why ?? last);
    };
    child.once("error", (error) => over({ kind: "not-started", reason: error.message }));
    child.once("exit", (code) => {
      clearTimeout(idle);
      const last = (): void => {
        clearTimeout(late);
        tell("SIGKILL");
        child.stdout.destroy();
        child.stderr.destroy();
        hear(rest);
        over({ kind: "exited", code, said: said.trim().slice(0, 1_000) });
      };
      const late = setTimeout(last, LAST_WORDS_MS);
      child.once("close", last);
    });
    if (signal?.aborted) aborted();
    else signal?.addEventListener("abort", aborted, { once: true });
  });
}
