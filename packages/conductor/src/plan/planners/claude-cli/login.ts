import { runProgram } from "./run-program.ts";

/** Longest wait for the answer. */
const PATIENCE_MS = 15_000;

/** True when Claude Code says that somebody is logged in, in this home. It is asked without any key. Never throws. */
export async function isLoggedIn(
  path: string,
  { env, cwd }: { readonly env: Readonly<Record<string, string>>; readonly cwd: string },
): Promise<boolean> {
  let text = "";
  const end = await runProgram({
    argv: [path, "auth", "status", "--json"],
    cwd,
    env,
    input: "",
    idleMs: PATIENCE_MS,
    signal: undefined,
    onLine(line) {
      text += `${line}\n`;
      return text.length > 100_000 ? "stop" : "go on";
    },
  });
  if (end.kind !== "exited") return false;
  try {
    return (JSON.parse(text) as { loggedIn?: unknown }).loggedIn === true;
  } catch {
    return false;
  }
}
