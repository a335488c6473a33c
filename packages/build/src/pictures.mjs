// @ts-check
/**
 * Makes the pictures of the README: runs `conductor demo` in a real terminal (tmux, 80 columns) and draws what stands there.
 * `node packages/build/src/pictures.mjs`, once both programs are built.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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
 */
const open = (name, cwd) =>
  tmux("-f", "/dev/null", "new-session", "-d", "-s", name, "-x", String(COLUMNS), "-y", "40", "-c", cwd, shell);

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
const draw = (name, screen, title) =>
  writeFileSync(join(PICTURES, name), svgOfScreen(screen, { columns: COLUMNS, title }));

try {
  mkdirSync(PICTURES, { recursive: true });
  open("demo", dir);
  type("demo", "clear; conductor demo");
  const live = await screenWith("demo", /^ *[34] of 8 landed/m);
  draw("demo.svg", live, "conductor demo: three agents at work, what the gates say, and what has landed");
  open("tree", join(dir, "demo-linkcheck"));
  type("tree", "clear; taskwerk list --tree");
  draw("tree.svg", await screenWith("tree", /^\d+ of \d+ done, /m), "taskwerk list --tree, at the same moment");
  await screenWith("demo", /On your own code/);
} finally {
  tmux("kill-server");
  rmSync(dir, { recursive: true, force: true });
}
