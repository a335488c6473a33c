/** A real terminal: a program in a window of tmux, what is typed, and what stands on the screen. */
import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Terminal {
  /** Everything that was printed so far, also what has scrolled away. */
  screen(): Promise<string>;
  /** Waits until the text stands there, and answers the screen. Throws with the screen when it does not come. */
  sees(text: string | RegExp, withinMs?: number): Promise<string>;
  /** What stands in the window now, line by line; what has scrolled away is not part of it. */
  window(): Promise<readonly string[]>;
  /** Waits until the window is as it should be, and answers its lines. Throws with them when it does not become so. */
  shows(text: string | RegExp, withinMs?: number): Promise<readonly string[]>;
  /** Gives the window another size. */
  resizes(columns: number, rows: number): Promise<void>;
  /** Types a line. */
  types(line: string): Promise<void>;
  /** Types a text, and does not end the line. */
  begins(text: string): Promise<void>;
  /** Presses a key by tmux's name, e.g. C-c. */
  presses(key: string): Promise<void>;
  close(): Promise<void>;
}

/** True where tmux is; CI makes sure that it is. */
export const hasTerminal = (): boolean => {
  try {
    execFileSync("tmux", ["-V"], { stdio: "ignore" });
    return true;
  } catch {
    return process.env.TASKWERK_REQUIRE_SANDBOX === "1";
  }
};

/** Opens a window with a shell in `cwd` and nothing but `env` around it. */
export async function openTerminal(wish: {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
  /** The shell and its arguments; default `sh`. */
  readonly shell?: readonly string[];
}): Promise<Terminal> {
  const dir = mkdtempSync(join(tmpdir(), "terminal-"));
  const socket = join(dir, "tmux");
  const tmux = async (...args: readonly string[]): Promise<string> =>
    (await run("tmux", ["-S", socket, ...args], { env: { PATH: process.env.PATH, HOME: dir, LANG: "C.UTF-8" } }))
      .stdout;
  const names = Object.entries({ ...wish.env, TERM: "tmux-256color", LANG: "C.UTF-8", PS1: "$ " });
  const shell = ["env", "-i", ...names.map(([name, value]) => `${name}=${value}`), ...(wish.shell ?? ["sh"])];
  const quoted = shell.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const size = ["-x", String(wish.columns ?? 100), "-y", String(wish.rows ?? 40)];
  await tmux("-f", "/dev/null", "new-session", "-d", "-s", "t", ...size, "-c", wish.cwd, quoted);
  const screen = (): Promise<string> => tmux("capture-pane", "-p", "-J", "-S", "-", "-t", "t");
  const wholeWindow = (): Promise<string> => tmux("capture-pane", "-p", "-t", "t");
  const waitFor = async (look: () => Promise<string>, text: string | RegExp, withinMs: number): Promise<string> => {
    const until = performance.now() + withinMs;
    for (;;) {
      const now = await look();
      if (typeof text === "string" ? now.includes(text) : text.test(now)) return now;
      if (performance.now() > until) throw new Error(`${String(text)} did not come up on the screen:\n${now}`);
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  };
  // What is typed before the shell is ready would stand above its prompt.
  if (wish.shell === undefined) await waitFor(screen, "$ ", 60_000);
  return {
    screen,
    sees: (text, withinMs = 60_000) => waitFor(screen, text, withinMs),
    window: async () => (await wholeWindow()).replace(/\n$/, "").split("\n"),
    shows: async (text, withinMs = 60_000) =>
      (await waitFor(wholeWindow, text, withinMs)).replace(/\n$/, "").split("\n"),
    async resizes(columns, rows) {
      await tmux("resize-window", "-t", "t", "-x", String(columns), "-y", String(rows));
    },
    async types(line) {
      await tmux("send-keys", "-t", "t", "-l", line);
      await tmux("send-keys", "-t", "t", "Enter");
    },
    async begins(text) {
      await tmux("send-keys", "-t", "t", "-l", text);
    },
    async presses(key) {
      await tmux("send-keys", "-t", "t", key);
    },
    async close() {
      await tmux("kill-server").catch(() => undefined);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
