// @ts-check
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * @typedef {object} Command
 * @property {readonly string[]} args
 * @property {string} [program]   default: node
 * @property {string} [cwd]
 * @property {Readonly<Record<string, string>>} [env]
 * @property {() => void} [before]   run before each run, not measured
 */

/**
 * Whole-process CPU (user + system), seconds, of one run, with all that it started and waited for. Bash reads the kernel's
 * own accounting of the child.
 * @param {Command} command
 */
export function cpuOf({ program = process.execPath, args, cwd, env, before }) {
  before?.();
  const result = spawnSync(
    "bash",
    ["-c", 'TIMEFORMAT="%3U %3S"; { time "$0" "$@" >/dev/null 2>&3; } 3>&1', program, ...args],
    { cwd, env: environment(env), encoding: "utf8", maxBuffer: 1 << 26 },
  );
  const [user, system] = (result.stderr.trim().split("\n").at(-1) ?? "").split(" ").map(Number);
  if (result.status !== 0 || user === undefined || system === undefined || Number.isNaN(user + system)) {
    throw new Error(`${program} ${args.join(" ")} failed: ${result.status} ${result.stdout} ${result.stderr}`);
  }
  return user + system;
}

/** @param {Readonly<Record<string, string>>} [extra] */
const environment = (extra) => ({ PATH: process.env.PATH, HOME: "/nonexistent", USER: "bench", ...extra });

/**
 * Runs several commands in turn (A B C A B C …), so that a machine whose speed drifts treats them alike, and answers for
 * each the median of its ratios to the first.
 * @param {readonly Command[]} commands
 * @param {number} rounds
 * @returns {readonly { readonly ratio: number, readonly cpuMs: number }[]}
 */
export function paired(commands, rounds) {
  for (const command of commands) cpuOf(command);
  const seen = Array.from({ length: rounds }, () => commands.map(cpuOf));
  return commands.map((_, index) => ({
    ratio: median(seen.map((round) => /** @type {number} */ (round[index]) / /** @type {number} */ (round[0]))),
    cpuMs: 1000 * median(seen.map((round) => /** @type {number} */ (round[index]))),
  }));
}

/**
 * The most memory one run took, MiB, as the process says at its end; the median of a few.
 * @param {Command} command
 */
export function peakMemory({ args, cwd, env }) {
  const reporter = fileURLToPath(new URL("./report-memory.cjs", import.meta.url));
  return median(
    Array.from({ length: 5 }, () => {
      const { status, output } = spawnSync(process.execPath, ["--require", reporter, ...args], {
        cwd,
        env: environment(env),
        encoding: "utf8",
        stdio: ["ignore", "ignore", "ignore", "pipe"],
      });
      if (status !== 0) throw new Error(`node ${args.join(" ")} failed: ${status}`);
      return Number(output[3]) / 1024;
    }),
  );
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = /** @type {number} */ (sorted[middle]);
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
