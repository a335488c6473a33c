// @ts-check
// How long a key of `plan review` takes until its picture stands in the terminal: a plan of 300 tasks, in tmux, from the key
// that tmux is told to press to the last thing that the program writes because of it.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { CONDUCTOR } from "./programs.mjs";
import { ms, print } from "./table.mjs";

const TASKS = 300;
const MOVES = 200;
const EDITS = 60;
/** Nothing written for so long: the picture is done. */
const QUIET_MS = 40;
/** Keys come as a person presses them, one after the other. */
const PAUSE_MS = 20;

/** @param {string} base */
export async function benchReview(base) {
  if (spawnSync("tmux", ["-V"]).status !== 0) {
    print("plan review: not measured, tmux is not here", "", "", "");
    return;
  }
  const dir = join(base, "review");
  mkdirSync(join(dir, ".conductor/plans"), { recursive: true });
  writeFileSync(join(dir, "prd.md"), manyLines(TASKS));
  writeFileSync(join(dir, ".conductor/plans/many.yaml"), JSON.stringify(manyTasks(TASKS)));
  for (const [columns, rows] of /** @type {const} */ ([
    [80, 24],
    [200, 60],
  ])) {
    const terminal = await openReview(base, dir, columns, rows);
    try {
      const moves = Array.from(
        { length: MOVES },
        (_, n) => ["j", "j", "NPage", "Tab", "k", "Space", "Space", "PPage"][n % 8] ?? "j",
      );
      const edits = Array.from({ length: EDITS }, (_, n) => ["J", "u"][n % 2] ?? "u");
      await pressed(terminal, ["G", "g", "j"]);
      const size = `${TASKS} tasks, ${columns}x${rows}`;
      print(
        `plan review, ${size}: a move, p95`,
        "wall, in tmux",
        "100 ms",
        `${ms(p95(await pressed(terminal, moves)))} ms`,
      );
      print(
        `plan review, ${size}: an edit, p95`,
        "wall, in tmux",
        "100 ms",
        `${ms(p95(await pressed(terminal, edits)))} ms`,
      );
    } finally {
      await terminal.close();
    }
  }
}

/** @typedef {{ readonly press: (key: string) => Promise<number | null>, readonly close: () => Promise<void> }} Terminal */

/**
 * How long each key took; keys that change nothing are not counted.
 * @param {Terminal} terminal
 * @param {readonly string[]} keys
 */
async function pressed(terminal, keys) {
  /** @type {number[]} */
  const took = [];
  for (const key of keys) {
    const one = await terminal.press(key);
    if (one !== null) took.push(one);
    await setTimeout(PAUSE_MS);
  }
  if (took.length < keys.length / 2) throw new Error(`only ${took.length} of ${keys.length} keys drew anything`);
  return took;
}

/** @param {readonly number[]} values */
const p95 = (values) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1];

/**
 * A review in a window of tmux, which says what the program writes as it writes it.
 * @param {string} base
 * @param {string} dir
 * @param {number} columns
 * @param {number} rows
 * @returns {Promise<Terminal>}
 */
async function openReview(base, dir, columns, rows) {
  const socket = join(base, `tmux-${columns}`);
  const env = { PATH: process.env.PATH ?? "", HOME: base, LANG: "C.UTF-8", USER: "bench" };
  const words = ["env", "-i", ...Object.entries(env).map(([name, value]) => `${name}=${value}`), "TERM=tmux-256color"];
  const command = [...words, process.execPath, CONDUCTOR, "plan", "review"].map((word) => `'${word}'`).join(" ");
  const size = ["-x", String(columns), "-y", String(rows)];
  spawnSync("tmux", ["-S", socket, "-f", "/dev/null", "new-session", "-d", "-s", "t", ...size, "-c", dir, command], {
    env,
  });
  const control = spawn("tmux", ["-S", socket, "-C", "attach", "-t", "t"], { env, stdio: ["pipe", "pipe", "inherit"] });
  let written = 0;
  let last = 0;
  control.stdout.setEncoding("utf8").on("data", (text) => {
    if (!text.includes("%output")) return;
    written += 1;
    last = performance.now();
  });
  control.stdin.write(`refresh-client -C ${columns}x${rows}\n`);
  const quiet = async () => {
    while (performance.now() - last < QUIET_MS) await setTimeout(5);
  };
  const until = performance.now() + 20_000;
  while (written === 0 || performance.now() - last < 1_000) {
    if (performance.now() > until) throw new Error("plan review did not come up");
    await setTimeout(50);
  }
  return {
    async press(key) {
      const before = written;
      const began = performance.now();
      control.stdin.write(`send-keys -t t ${key}\n`);
      while (written === before && performance.now() - began < 1_000) await setTimeout(1);
      if (written === before) return null;
      await quiet();
      return last - began;
    },
    async close() {
      const gone = new Promise((resolve) => control.once("close", resolve));
      control.stdin.write("kill-server\n");
      await gone;
    },
  };
}

/** @param {number} count */
const manyLines = (count) =>
  `# Product\n\n${Array.from({ length: count }, (_, n) => `- R${n + 1}: Part ${n + 1} MUST do what it is made for, and tell of it`).join("\n")}\n`;

/**
 * A plan as a large one is: groups of ten, each task with its requirement, its line, and what it waits for.
 * @param {number} count
 */
function manyTasks(count) {
  const quoted = (/** @type {number} */ n) => ({
    source: `prd.md#L${n + 3}`,
    quote: `- R${n + 1}: Part ${n + 1} MUST do what it is made for, and tell of it`,
  });
  return {
    version: 1,
    id: "many",
    sources: [{ path: "prd.md", sha256: "00" }],
    requirements: Array.from({ length: count }, (_, n) => ({
      id: `R${n + 1}`,
      level: "must",
      text: `Part ${n + 1} must do what it is made for, and tell of it`,
      ...quoted(n),
    })),
    tasks: Array.from({ length: count }, (_, n) => ({
      key: `t${n}`,
      parent: n % 10 === 0 ? null : `t${n - (n % 10)}`,
      title: `Task ${n}: ${["repair", "write", "measure", "remove"][n % 4]} the ${["parser", "index", "page"][n % 3]} of part ${n}`,
      description: `What ${n} is about, in a sentence or so, as people write it.`,
      acceptance: [{ text: `Part ${n} does it`, proof: "npm test" }, { text: "It tells of it" }],
      requirements: [`R${n + 1}`],
      depends_on: n % 10 > 1 ? [`t${n - 1}`] : [],
      estimate_minutes: 30 + (n % 5) * 15,
      files: [`src/part-${n}/**`],
      ...quoted(n),
    })),
  };
}
