// @ts-check
/**
 * Makes the pictures of the README, of docs/plans.md and of docs/monitor.md: runs `conductor demo`, `conductor plan review` and
 * `conductor monitor` in a real terminal (tmux) and draws what stands there. `node packages/build/src/pictures.mjs`, once both
 * programs are built; with `review` or `monitor`, those pictures alone.
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
  const only = process.argv.slice(2);
  if (only.length === 0 || only.includes("review")) await drawReview();
  if (only.length === 0 || only.includes("monitor")) await drawMonitor();
  if (only.length === 0) await drawDemo();
} finally {
  tmux("kill-server");
  rmSync(dir, { recursive: true, force: true });
}

/** A run in which one task has landed, one is worked on, and two wait for a person. */
async function drawMonitor() {
  const cwd = join(dir, "monitor");
  const config = join(dir, ".config/conductor");
  for (const path of [cwd, config]) mkdirSync(path, { recursive: true });
  const task = (/** @type {string} */ title, /** @type {readonly object[]} */ ...steps) => ({
    match: { title },
    tries: [{ steps }],
  });
  const commit = (/** @type {string} */ path, /** @type {string} */ content) => [
    { write: path, content },
    { commit: `feat: ${path}` },
    { claim: "It is there, with its test." },
    { exit: 0 },
  ];
  const scenario = {
    version: 1,
    name: "billing",
    tasks: [
      task("Credit notes", ...commit("credit.js", "export const credit = true;\n")),
      task(
        "Invoice totals",
        { say: "I read ledger/round.js first: it rounds half even." },
        {
          ask: "Round invoice amounts per line, or once on the total?",
          options: ["per line, half even", "on the total, half up"],
          default: "per line, half even",
          reversible: false,
          as: "how",
        },
      ),
      task(
        "Invoice lines as rows",
        ...commit(
          "db/migrations/0042_invoice_lines.sql",
          "create table invoice_lines (\n  id integer primary key,\n  invoice integer not null references invoices\n);\n",
        ),
      ),
      task(
        "Second reminder",
        { say: "The first reminder is in dunning.js. I write the second beside it." },
        { say: "Now its test." },
        { sleep: 600_000 },
      ),
    ],
  };
  writeFileSync(join(config, "scenario.json"), JSON.stringify(scenario));
  const argv = [
    process.execPath,
    join(ROOT, "packages/conductor/dist/scripted-agent.cjs"),
    join(config, "scenario.json"),
  ];
  const command = { argv, paid_by: "nobody (scripted)", reports_usage: true };
  writeFileSync(
    join(config, "config.yml"),
    JSON.stringify({ orchestration: { agent: "command", agents: { command } } }),
  );
  writeFileSync(join(cwd, "package.json"), JSON.stringify({ name: "billing", scripts: { lint: "true" } }));
  const rows = [
    { ref: "credit", title: "Credit notes" },
    { ref: "totals", title: "Invoice totals" },
    { ref: "pdf", title: "Invoice PDF: line item table", depends_on: ["totals"] },
    { ref: "export", title: "Export: DATEV header", depends_on: ["pdf", "credit"] },
    { ref: "rows", title: "Invoice lines as rows" },
    { ref: "report", title: "VAT report", depends_on: ["rows"] },
    { ref: "remind", title: "Second reminder", depends_on: ["credit"] },
  ];
  writeFileSync(join(dir, "tasks.json"), JSON.stringify(rows));
  open("run", cwd);
  type("run", "git init -qb main && git config user.name Ann && git config user.email ann@example.org && git add -A");
  type("run", "git commit -qm start && taskwerk init && taskwerk import ../tasks.json && clear");
  type("run", "conductor run --auto --budget 5 --allow-unsandboxed --wait 1h");
  open("monitor", cwd, 100, 30);
  await screenWith("run", /asks TASK-002/);
  await screenWith("run", /asks TASK-005/);
  type("monitor", "clear; conductor monitor");
  await screenWith("monitor", /2 cards need you/);
  const inbox = await screenWith("monitor", /1 of 7 landed {3}1 at work/);
  draw(
    "monitor.svg",
    inbox,
    "conductor monitor: two cards need you; one of them with its options and what it frees",
    100,
  );
  tmux("send-keys", "-t", "monitor", "2");
  tmux("send-keys", "-t", "monitor", "g");
  tmux("resize-window", "-t", "monitor", "-x", "130", "-y", "26");
  for (const key of ["/", "second", "Enter", "/", "C-u", "Enter"]) tmux("send-keys", "-t", "monitor", key);
  const tasks = await screenWith("monitor", /Now its test/);
  draw(
    "monitor-tasks.svg",
    tasks,
    "conductor monitor: what waits for what, and the log of the task that is chosen",
    130,
  );
  tmux("send-keys", "-t", "monitor", "q");
  tmux("send-keys", "-t", "run", "C-c");
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
