// @ts-check
/**
 * Makes the pictures of the README and of docs/plans.md: runs `conductor demo` and `conductor plan review` in a real terminal
 * (tmux) and draws what stands there. `node packages/build/src/pictures.mjs`, once both programs are built; with `review`,
 * that picture alone.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { ROOT } from "./programs.mjs";
import { svgOfScreen } from "./svg-of-screen.mjs";

const COLUMNS = 80;
const PICTURES = join(ROOT, "docs/pictures");
const dir = mkdtempSync(join(tmpdir(), "pictures-"));

/** @param {readonly string[]} words */
const tmux = (...words) =>
  execFileSync("tmux", ["-S", join(dir, "tmux"), ...words], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: dir, LANG: "C.UTF-8" },
  });

const env = {
  PATH: `${join(ROOT, "bin")}:${process.env.PATH}`,
  HOME: dir,
  LANG: "C.UTF-8",
  TERM: "tmux-256color",
  PS1: "",
};
const shell = ["env", "-i", ...Object.entries(env).map(([name, value]) => `${name}=${value}`), "sh"]
  .map((word) => `'${word.replaceAll("'", "'\\''")}'`)
  .join(" ");

/**
 * A terminal with a shell in it.
 * @param {string} name
 * @param {string} cwd
 * @param {number} [columns]
 * @param {number} [rows]
 */
const open = (name, cwd, columns = COLUMNS, rows = 40) => {
  const size = ["-x", String(columns), "-y", String(rows)];
  tmux("-f", "/dev/null", "new-session", "-d", "-s", name, ...size, "-c", cwd, shell);
};

/**
 * What stands on the screen once `pattern` does.
 * @param {string} name
 * @param {RegExp} pattern
 */
async function screenWith(name, pattern) {
  const look = (/** @type {readonly string[]} */ ...how) => tmux("capture-pane", ...how, "-p", "-t", name);
  const until = performance.now() + 300_000;
  for (;;) {
    if (pattern.test(look())) return look("-e");
    if (performance.now() > until) throw new Error(`${pattern} did not come up:\n${look()}`);
    await setTimeout(200);
  }
}

/**
 * @param {string} name
 * @param {string} line
 */
const type = (name, line) => tmux("send-keys", "-t", name, line, "Enter");

/**
 * @param {string} name
 * @param {string} screen
 * @param {string} title
 */
const draw = (name, screen, title, columns = COLUMNS) =>
  writeFileSync(join(PICTURES, name), svgOfScreen(screen, { columns, title }));

/** The review of the plan of an example, at a task with its lines. */
async function drawReview() {
  const [columns, rows] = [100, 30];
  const cwd = join(dir, "review");
  mkdirSync(cwd);
  copyFileSync(join(ROOT, "examples/prds/linkcheck.md"), join(cwd, "PRD.md"));
  open("review", cwd, columns, rows);
  type("review", "conductor plan decompose PRD.md --planner outline && clear && conductor plan review");
  await screenWith("review", /^> 1 /m);
  for (const key of ["j", "j", "j"]) tmux("send-keys", "-t", "review", key);
  const screen = await screenWith("review", /^> 1\.3 /m);
  draw("review.svg", screen, "conductor plan review: the tasks, one of them, and the lines it comes from", columns);
}

try {
  mkdirSync(PICTURES, { recursive: true });
  await drawReview();
  if (!process.argv.includes("review")) await drawDemo();
} finally {
  tmux("kill-server");
  rmSync(dir, { recursive: true, force: true });
}

async function drawDemo() {
  open("demo", dir);
  type("demo", "clear; conductor demo");
  const live = await screenWith("demo", /^ *[34] of 8 landed/m);
  draw("demo.svg", live, "conductor demo: three agents at work, what the gates say, and what has landed");
  open("tree", join(dir, "demo-linkcheck"));
  type("tree", "clear; taskwerk list --tree");
  draw("tree.svg", await screenWith("tree", /^\d+ of \d+ done, /m), "taskwerk list --tree, at the same moment");
  await screenWith("demo", /On your own code/);
}
