// @ts-check
// A screen of ours in a window of tmux, and how long each key takes until its picture stands there: from the key that tmux is told
// to press to the last thing that the program writes because of it.
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** Nothing written for so long: the picture is done. */
const QUIET_MS = 40;
/** Keys come as a person presses them, one after the other. */
const PAUSE_MS = 20;

/** True where tmux is. */
export const hasTmux = () => spawnSync("tmux", ["-V"]).status === 0;

/** @typedef {{ readonly press: (key: string, shows?: string) => Promise<number | null>, readonly seen: () => string, readonly close: () => Promise<void> }} Terminal */

/**
 * How long each key took; keys that change nothing are not counted. A pair is a key and what it is answered with: one that is
 * not answered is an error, so that what was too slow is not left out.
 * @param {Terminal} terminal
 * @param {readonly (string | readonly [key: string, answer: string])[]} keys
 */
export async function pressed(terminal, keys) {
  /** @type {number[]} */
  const took = [];
  for (const key of keys) {
    const one = typeof key === "string" ? await terminal.press(key) : await terminal.press(...key);
    if (one !== null) took.push(one);
    await setTimeout(PAUSE_MS);
  }
  if (took.length < keys.length / 2) throw new Error(`only ${took.length} of ${keys.length} keys drew anything`);
  return took;
}

/** @param {readonly number[]} values */
export const p95 = (values) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1];

/**
 * A program in a window of tmux, which says what it writes as it writes it.
 * @param {string} base     where tmux's socket is made
 * @param {{ readonly cwd: string, readonly argv: readonly string[], readonly columns: number, readonly rows: number,
 *   readonly env?: Readonly<Record<string, string>>, readonly shows?: string }} wish   `shows`: what it is ready with; default
 *   when it writes nothing more
 * @returns {Promise<Terminal>}
 */
export async function openInTmux(base, { cwd, argv, columns, rows, env: around = {}, shows }) {
  const socket = join(base, `tmux-${columns}`);
  const env = { PATH: process.env.PATH ?? "", HOME: base, LANG: "C.UTF-8", USER: "bench", ...around };
  const words = ["env", "-i", ...Object.entries(env).map(([name, value]) => `${name}=${value}`), "TERM=tmux-256color"];
  const command = [...words, process.execPath, ...argv].map((word) => `'${word}'`).join(" ");
  const size = ["-x", String(columns), "-y", String(rows)];
  spawnSync("tmux", ["-S", socket, "-f", "/dev/null", "new-session", "-d", "-s", "t", ...size, "-c", cwd, command], {
    env,
  });
  const control = spawn("tmux", ["-S", socket, "-C", "attach", "-t", "t"], { env, stdio: ["pipe", "pipe", "inherit"] });
  let written = 0;
  let last = 0;
  let heard = "";
  control.stdout.setEncoding("utf8").on("data", (text) => {
    if (!text.includes("%output")) return;
    written += 1;
    last = performance.now();
    heard += text;
  });
  control.stdin.write(`refresh-client -C ${columns}x${rows}\n`);
  const seen = () =>
    spawnSync("tmux", ["-S", socket, "capture-pane", "-p", "-t", "t"], { env, encoding: "utf8" }).stdout;
  const ready = () => (shows === undefined ? written > 0 && performance.now() - last > 1_000 : seen().includes(shows));
  const until = performance.now() + 60_000;
  while (!ready()) {
    if (performance.now() > until) throw new Error(`${argv.slice(1).join(" ")} did not come up:\n${seen()}`);
    await setTimeout(50);
  }
  return {
    // Where pictures come by themselves, too, what the key is answered with has to be told.
    async press(key, answer) {
      const before = written;
      heard = "";
      const began = performance.now();
      const answered = () => (answer === undefined ? written > before : heard.includes(answer));
      control.stdin.write(`send-keys -t t ${key}\n`);
      const most = answer === undefined ? 2_000 : 10_000;
      while (!answered() && performance.now() - began < most) await setTimeout(1);
      if (answer !== undefined) {
        if (!answered()) throw new Error(`${key} was not answered with ${answer}:\n${seen()}`);
        return performance.now() - began;
      }
      if (written === before) return null;
      while (performance.now() - last < QUIET_MS) await setTimeout(5);
      return last - began;
    },
    seen,
    async close() {
      const gone = new Promise((resolve) => control.once("close", resolve));
      control.stdin.write("kill-server\n");
      await gone;
    },
  };
}
