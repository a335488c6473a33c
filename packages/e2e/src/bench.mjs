// @ts-check
// `npm run bench`: what the programs cost, in ratios to a process that does nothing or to the same work with nothing around
// it. Each figure stands beside its target. `npm run bench -- --long` adds the runs that take minutes, `npm run bench -- api`
// has the API's alone, `npm run bench -- review` those of plan review, `npm run bench -- monitor` those of the monitor.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { benchGraph } from "./bench/graph.mjs";
import { benchHttp } from "./bench/http.mjs";
import { benchLanding } from "./bench/landing.mjs";
import { paired, peakMemory } from "./bench/measure.mjs";
import { benchMemory } from "./bench/memory.mjs";
import { benchMonitor } from "./bench/monitor.mjs";
import { benchPages } from "./bench/pages.mjs";
import { CONDUCTOR, TASKWERK } from "./bench/programs.mjs";
import { benchResume } from "./bench/resume.mjs";
import { benchReview } from "./bench/review.mjs";
import { ms, print, seconds, times } from "./bench/table.mjs";

const FLOOR = fileURLToPath(new URL("./bench/floor.cjs", import.meta.url));
const SQLITE = dirname(createRequire(import.meta.url).resolve("better-sqlite3/package.json"));
const TASKS = 10_000;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 20);

const base = mkdtempSync(join(tmpdir(), "bench-"));
try {
  await bench();
} finally {
  rmSync(base, { recursive: true, force: true });
}

async function bench() {
  if (process.argv.includes("review")) return benchReview(base);
  if (process.argv.includes("monitor")) return benchMonitor(base);
  const rows = join(base, "rows.json");
  writeFileSync(rows, JSON.stringify(manyTasks(TASKS)));
  const full = makeStore("full");
  taskwerk(full, ["import", rows]);
  const db = join(full, ".taskwerk/taskwerk.db");
  const nothing = { args: ["-e", "0"] };
  const run = (/** @type {string[]} */ ...args) => ({ args: [TASKWERK, ...args], cwd: full });
  const floor = (/** @type {string} */ kind) => ({ args: [FLOOR, SQLITE, db, kind] });

  print("WHAT", "AGAINST", "TARGET", "MEASURED", "FLOOR", "CPU ms");
  const long = process.argv.includes("--long");
  if (process.argv.includes("api")) return benchHttp(full, base, long);
  /**
   * @param {string} what
   * @param {number} target
   * @param {import("./bench/measure.mjs").Command} command
   * @param {import("./bench/measure.mjs").Command} [least]
   */
  const against = (what, target, command, least) => {
    const [, measured, bare] = paired(least ? [nothing, command, least] : [nothing, command], ROUNDS);
    print(what, "node -e 0", times(target), times(measured?.ratio), times(bare?.ratio), ms(measured?.cpuMs));
  };
  against("--help", 1.2, run("--help"));
  against(`list --json, ${TASKS} tasks, 50 rows`, 1.25, run("list", "--json"), floor("list"));
  against(`ready --json, ${TASKS} tasks with dependencies`, 1.3, run("ready", "--json"), floor("list"));
  against("show ID --json", 1.4, run("show", "TASK-5000", "--json"));
  against("add", 1.3, run("add", "one more"), floor("add"));

  const memory = peakMemory(run("list", "--json")) / peakMemory(nothing);
  print("list --json, peak memory", "node -e 0", times(1.25), times(memory), "", "");

  const rawRows = join(base, "raw.json");
  const fresh = makeStore("fresh");
  taskwerk(fresh, ["import", rows]);
  node([FLOOR, SQLITE, join(fresh, ".taskwerk/taskwerk.db"), "dump", rawRows]);
  const empty = makeStore("empty");
  const target = join(base, "target");
  const importing = {
    args: [TASKWERK, "import", rows, "-q"],
    cwd: target,
    before: () => {
      rmSync(target, { recursive: true, force: true });
      cpSync(empty, target, { recursive: true });
    },
  };
  const raw = { args: [FLOOR, SQLITE, rawRows, "import"] };
  const [, imported] = paired([raw, importing], Math.min(ROUNDS, 7));
  const what = `import of ${TASKS} tasks with dependencies`;
  print(what, "raw inserts of all rows", times(1.4), times(imported?.ratio), times(1), ms(imported?.cpuMs));

  await benchPages(base, SQLITE, FLOOR, long ? [100_000, 1_000_000] : [100_000]);
  await benchHttp(full, base, long);

  const repository = makeRepository();
  const conductor = (/** @type {string[]} */ ...args) => ({ args: [CONDUCTOR, ...args], cwd: repository });
  against("conductor --help", 1.4, conductor("--help"));
  against("conductor status --json", 1.4, conductor("status", "--json"));
  const prd = join(base, "prd.md");
  writeFileSync(prd, manyRequirements(1_000));
  const began = performance.now();
  node([CONDUCTOR, "plan", "decompose", prd, "--planner", "outline", "-o", "-"], repository);
  print("plan of 1000 requirements, outline", "wall", "2 s", seconds(performance.now() - began));

  const { dir, env } = benchLanding(base);
  for (const words of [["status", "--json"], ["status"]]) {
    const command = { args: [CONDUCTOR, ...words], cwd: dir, env };
    against(`conductor ${words.join(" ")}, after a run`, 1.4, command);
  }
  await benchResume(base);
  await benchReview(base);
  await benchMonitor(base);
  if (!long) return;
  benchGraph(base);
  await benchMemory(base);
}

/** A repository with one commit, in which conductor is set up. */
function makeRepository() {
  const dir = join(base, "repository");
  mkdirSync(dir);
  const git = (/** @type {string[]} */ ...args) =>
    spawnSync("git", ["-c", "user.name=b", "-c", "user.email=b@example.org", ...args], { cwd: dir, stdio: "ignore" });
  git("init", "-q");
  git("commit", "-q", "--allow-empty", "-m", "start");
  node([CONDUCTOR, "init"], dir);
  return dir;
}

/** @param {number} count */
function manyRequirements(count) {
  const lines = Array.from({ length: count }, (_, n) =>
    n % 10 === 0
      ? `\n## Part ${n / 10}\n\n- The part ${n / 10} must do thing ${n}`
      : `- The part must do thing ${n} and tell of it`,
  );
  return `# Product\n${lines.join("\n")}\n`;
}

/** @param {string} name */
function makeStore(name) {
  const dir = join(base, name);
  mkdirSync(dir);
  taskwerk(dir, ["init"]);
  return dir;
}

/**
 * @param {string} cwd
 * @param {readonly string[]} args
 */
function taskwerk(cwd, args) {
  node([TASKWERK, ...args], cwd);
}

/**
 * @param {readonly string[]} args
 * @param {string} [cwd]
 */
function node(args, cwd) {
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${args.join(" ")}: ${stderr}`);
}

/**
 * Tasks as a large project has them: a tag or two, up to two dependencies on earlier ones.
 * @param {number} count
 */
function manyTasks(count) {
  const priorities = ["critical", "high", "medium", "low"];
  return Array.from({ length: count }, (_, n) => ({
    ref: `t${n}`,
    title: `Task ${n}: ${["repair", "write", "measure", "remove"][n % 4]} the ${["parser", "index", "page"][n % 3]}`,
    description: `What ${n} is about, in a sentence or so, as people write it.`,
    priority: priorities[(n * 7) % 4],
    tags: [`area-${n % 20}`, ...(n % 2 === 0 ? ["even"] : [])],
    depends_on:
      n < 3 ? [] : [`t${n - 1 - (n % 3)}`, `t${Math.floor(n / 2)}`].filter((one, at, all) => all.indexOf(one) === at),
  }));
}
