// @ts-check
// A small repository with tasks and a scripted agent, as the figures of conductor's runs need it.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CONDUCTOR, TASKWERK } from "./programs.mjs";

/** Its one gate takes no time. */
const MAKEFILE = "lint:\n\t@true\n";

/**
 * What an agent does, as a shell script: a file named after its task, committed.
 * @param {string} [before]   what it does first, e.g. a sleep
 */
export const agentThatCommits = (before = ":") =>
  `${before}; echo "$CONDUCTOR_TASK" >"$CONDUCTOR_TASK.txt" && git add --all && git commit --quiet -m "feat: part"`;

/** A task as `taskwerk import` takes it.
 * @typedef {{ readonly ref: string, readonly title: string, readonly depends_on?: readonly string[] }} Row */

/**
 * @typedef {object} Project
 * @property {string} dir
 * @property {Readonly<Record<string, string>>} env
 * @property {(...args: readonly string[]) => string} git
 * @property {(...args: readonly string[]) => string} conductor   to its end; throws when it fails
 * @property {(...args: readonly string[]) => import("node:child_process").ChildProcess} start   stdout is a pipe
 */

/**
 * @param {string} base    an empty directory is made in it
 * @param {string} name
 * @param {{ readonly agent: string, readonly tasks: readonly Row[] }} made
 * @returns {Project}
 */
export function makeProject(base, name, { agent, tasks }) {
  const [dir, home] = [join(base, name), join(base, `${name}-home`)];
  const [config, rows] = [join(home, ".config/conductor"), join(base, `${name}.json`)];
  for (const path of [dir, config]) mkdirSync(path, { recursive: true });
  const env = { PATH: process.env.PATH ?? "", HOME: home, USER: "bench", LANG: "C.UTF-8" };
  const run = (/** @type {string} */ program, /** @type {readonly string[]} */ args) => {
    const ran = spawnSync(program, args, { cwd: dir, env, encoding: "utf8", maxBuffer: 1 << 28 });
    if (ran.status !== 0) throw new Error(`${program} ${args.join(" ")}: ${ran.status} ${ran.stdout} ${ran.stderr}`);
    return ran.stdout.trim();
  };
  const git = (/** @type {readonly string[]} */ ...args) => run("git", args);
  const command = { argv: ["/bin/sh", "-c", agent], paid_by: "nobody (scripted)", reports_usage: true };
  const settings = { orchestration: { agent: "command", agents: { command } } };
  writeFileSync(join(config, "config.yml"), JSON.stringify(settings));
  writeFileSync(join(dir, "Makefile"), MAKEFILE);
  writeFileSync(rows, JSON.stringify(tasks));
  git("init", "--quiet", "--initial-branch=main");
  git("config", "user.name", "Bench");
  git("config", "user.email", "bench@example.invalid");
  git("add", "--all");
  git("commit", "--quiet", "-m", "chore: start");
  run(process.execPath, [TASKWERK, "init"]);
  run(process.execPath, [TASKWERK, "import", rows]);
  return {
    dir,
    env,
    git,
    conductor: (...args) => run(process.execPath, [CONDUCTOR, ...args]),
    start: (...args) =>
      spawn(process.execPath, [CONDUCTOR, ...args], { cwd: dir, env, stdio: ["ignore", "pipe", "ignore"] }),
  };
}

/** @param {number} concurrency */
export const runWith = (concurrency) => [
  ...["run", "--auto", "--allow-unsandboxed", "--budget", "1"],
  ...["--concurrency", String(concurrency)],
];

/**
 * So many tasks that depend on nothing.
 * @param {number} count
 * @returns {readonly Row[]}
 */
export const apart = (count) => Array.from({ length: count }, (_, n) => ({ ref: `t${n}`, title: `Write part ${n}` }));

/**
 * The journal, oldest first.
 * @param {Project} project
 * @returns {readonly any[]}
 */
export const eventsOf = ({ conductor }) => JSON.parse(conductor("events", "--json")).data;

/**
 * The journal of a run in which everything had to land: a figure about less would be none.
 * @param {Project} project
 * @param {number} count
 */
export function landedEvents(project, count) {
  const events = eventsOf(project);
  const landed = events.filter(({ type }) => type === "landing.landed").length;
  if (landed !== count) throw new Error(`${landed} of ${count} tasks landed in ${project.dir}`);
  return events;
}

/**
 * Between two moments of the journal, milliseconds.
 * @param {{ readonly at: string } | undefined} from
 * @param {{ readonly at: string } | undefined} to
 */
export function between(from, to) {
  if (from === undefined || to === undefined) throw new Error("the journal does not hold what is to be measured");
  return Date.parse(to.at) - Date.parse(from.at);
}
