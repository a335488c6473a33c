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

/** Runs a line of `sh` at a terminal of 80 columns, with nothing typed at it, and answers what stood there. */
export async function runAtTerminal(
  line: string,
  around: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<string> {
  const child = spawn("script", ["-qec", `stty cols 80; ${line}`, "/dev/null"], {
    cwd: around.cwd,
    env: { TERM: "xterm-256color", ...around.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { stdout } = await ended(child);
  return stdout.replaceAll("\r\n", "\n").trimEnd();
}
