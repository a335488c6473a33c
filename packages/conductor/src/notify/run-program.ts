import { spawn } from "node:child_process";

/** More than is told of it, so that a secret at the end of what is told is whole and can be found. */
const KEPT = 10_000;
/** So long what a program said last is waited for after its end. */
const LAST_WORDS_MS = 1_000;

/**
 * Runs a program of the user's own with this environment and input. Answers why it failed; null = it ended with 0. When
 * `signal` comes first, it is ended with all that is in its process group.
 */
export function runProgram(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  input: string,
  signal: AbortSignal,
): Promise<string | null> {
  const [file = "", ...args] = argv;
  if (signal.aborted) return Promise.resolve("it was given up");
  return new Promise((resolve) => {
    const child = spawn(file, args, { env, stdio: ["pipe", "ignore", "pipe"], detached: true });
    let said = "";
    const end = (problem: string | null): void => {
      signal.removeEventListener("abort", stop);
      child.stderr.destroy();
      resolve(problem);
    };
    const stop = (): void => {
      if (child.pid !== undefined) endGroup(child.pid);
      end("it was ended");
    };
    signal.addEventListener("abort", stop, { once: true });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      if (said.length < KEPT) said += text.slice(0, KEPT);
    });
    // One that reads nothing may be gone already.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    child.once("error", (error: NodeJS.ErrnoException) =>
      end(error.code === "ENOENT" ? `${file} is not there` : error.message),
    );
    child.once("exit", (code, by) => {
      const tell = (): void => {
        clearTimeout(late);
        const words = said.trim().split("\n")[0] ?? "";
        end(code === 0 ? null : `it ended with ${by ?? code}${words === "" ? "" : `: ${words}`}`);
      };
      // What it said last may still be on its way; what it started may hold the other end open for ever.
      const late = setTimeout(tell, LAST_WORDS_MS);
      child.once("close", tell);
    });
  });
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}
