/** One command at a terminal of its own, by `script` of util-linux: all that it sends there, colours and controls as they are. */
import { execFileSync, spawn } from "node:child_process";
import { ended } from "./rig.ts";

/** True where that `script` is; CI makes sure that it is. */
export const hasScript = (): boolean => {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8" }).includes("util-linux");
  } catch {
    return process.env.TASKWERK_REQUIRE_TOOLS === "1";
  }
};

/** What is typed, once the terminal shows this. */
export interface Typed {
  readonly after: RegExp;
  readonly text: string;
}

/** Runs a line of `sh` at a terminal of 80 columns and answers what stood there. Without `typed` its input is at its end. */
export async function runAtTerminal(
  line: string,
  around: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly typed?: Typed },
): Promise<string> {
  const { cwd, env, typed } = around;
  const child = spawn("script", ["-qec", `stty cols 80; ${line}`, "/dev/null"], {
    cwd,
    env: { TERM: "xterm-256color", ...env },
    stdio: [typed ? "pipe" : "ignore", "pipe", "pipe"],
  });
  if (typed) {
    let shown = "";
    child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      const before = typed.after.test(shown);
      shown += text;
      if (!before && typed.after.test(shown)) child.stdin!.end(typed.text);
    });
  }
  const { stdout } = await ended(child);
  return stdout.replaceAll("\r\n", "\n").trimEnd();
}
