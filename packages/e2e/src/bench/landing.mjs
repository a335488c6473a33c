// @ts-check
// What conductor adds to a task that lands: against the same git commands with nothing around them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { cpuOf, median } from "./measure.mjs";
import { CONDUCTOR } from "./programs.mjs";
import { agentThatCommits, apart, between, landedEvents, makeProject, runWith } from "./project.mjs";
import { ms, print, times } from "./table.mjs";

const [FEW, MANY] = [2, 12];

/** A change in a clone of its own, brought back in a bundle and landed on a branch. Its microseconds, the agent's and all, go to a file. */
const RAW = `
set -e
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 CONDUCTOR_TASK=$1
export GIT_AUTHOR_NAME=b GIT_AUTHOR_EMAIL=b@example.invalid GIT_COMMITTER_NAME=b GIT_COMMITTER_EMAIL=b@example.invalid
began=$EPOCHREALTIME
tip=$(git rev-parse refs/heads/raw)
git clone --quiet --branch raw . "$2"
cd "$2"
working=$EPOCHREALTIME
sh -c "$3"
worked=$EPOCHREALTIME
git bundle create --quiet "$2.bundle" raw "^$tip"
cd "$OLDPWD"
git fetch --quiet "$2.bundle" "raw:refs/raw/$1"
tree=$(git merge-tree --write-tree "$tip" "refs/raw/$1")
commit=$(git commit-tree -p "$tip" -m "feat: $1" "$tree")
git update-ref refs/heads/raw "$commit" "$tip"
echo $((\${worked/./} - \${working/./})) $((\${EPOCHREALTIME/./} - \${began/./})) >"$2.time"
`;

/**
 * Answers the project in which it all landed.
 * @param {string} base
 */
export function benchLanding(base) {
  const few = makeProject(base, "landing-few", { agent: agentThatCommits(), tasks: apart(FEW) });
  const many = makeProject(base, "landing-many", { agent: agentThatCommits(), tasks: apart(MANY) });
  many.git("branch", "raw", "main");
  const before = rawRounds(many, base, "before");
  const start = cpuOfRun(few);
  const cpu = (1000 * (cpuOfRun(many) - start)) / (MANY - FEW);
  const raw = [...before, ...rawRounds(many, base, "after")];
  landedEvents(few, FEW);
  // The first one also pays for what is found out only once.
  const stories = storiesOf(landedEvents(many, MANY)).slice(1);

  const of = (/** @type {keyof Story} */ part) => median(stories.map((story) => story[part]));
  const rest = median(stories.map(({ all, agent, gate }) => all - agent - gate));
  const [whole, around] = [median(raw.map(({ all }) => all)), median(raw.map(({ all, agent }) => all - agent))];
  const rawCpu = median(raw.map((one) => one.cpu));
  print("a landed task with agent and gate, CPU", `raw git (${ms(rawCpu)} ms)`, "", times(cpu / rawCpu), "", ms(cpu));
  print("  the same, wall", `raw git (${ms(whole)} ms)`, "", times(of("all") / whole));
  print("  without agent and gate, wall", `without agent (${ms(around)} ms)`, times(1.5), times(rest / around));
  print(`  ms of ${ms(of("all"))}: agent ${ms(of("agent"))}, gate ${ms(of("gate"))}, ${stepsIn(stories)}`);
  return many;
}

/** Seconds. @param {import("./project.mjs").Project} project */
const cpuOfRun = ({ dir, env }) => cpuOf({ args: [CONDUCTOR, ...runWith(1)], cwd: dir, env });

/**
 * @param {import("./project.mjs").Project} project
 * @param {string} base
 * @param {string} name
 */
function rawRounds({ dir, env }, base, name) {
  return Array.from({ length: MANY / 2 }, (_, n) => {
    const clone = join(base, `raw-${name}-${n}`);
    const args = ["-c", RAW, "raw", `${name}-${n}`, clone, agentThatCommits()];
    const cpu = 1000 * cpuOf({ program: "bash", args, cwd: dir, env });
    const [agent = 0, all = 0] = readFileSync(`${clone}.time`, "utf8").trim().split(" ").map(Number);
    return { cpu, agent: agent / 1000, all: all / 1000 };
  });
}

/**
 * Milliseconds of one task: all of it, from its start until its end is written down, and the parts. `prove` and `land` hold
 * the gate's.
 * @typedef {{ readonly all: number, readonly agent: number, readonly gate: number, readonly clone: number,
 *   readonly bundle: number, readonly prove: number, readonly land: number, readonly close: number }} Story
 */

/**
 * @param {readonly any[]} events
 * @returns {readonly Story[]}
 */
function storiesOf(events) {
  return events
    .filter(({ type }) => type === "attempt.started")
    .map((start) => {
      const own = events.filter((event) => event.attempt === start.attempt.id);
      const at = (/** @type {string} */ type) => own.find((event) => event.type === type);
      const stage = (/** @type {string} */ word) => own.find((event) => event.stage === word);
      const gates = new Map(own.flatMap(({ receipt }) => (receipt ? [[receipt.id, receipt.durationMs]] : [])));
      return {
        all: between(start, at("attempt.ended")),
        agent: between(stage("running"), at("attempt.agent-ended")),
        gate: [...gates.values()].reduce((sum, one) => sum + one, 0),
        clone: between(start, stage("running")),
        bundle: between(at("attempt.agent-ended"), at("attempt.bundled")),
        prove: between(at("attempt.bundled"), stage("landing")),
        land: between(stage("landing"), at("landing.landed")),
        close: between(at("landing.landed"), at("attempt.ended")),
      };
    });
}

/** @param {readonly Story[]} stories */
const stepsIn = (stories) =>
  /** @type {const} */ (["clone", "bundle", "prove", "land", "close"])
    .map((part) => `${part} ${ms(median(stories.map((story) => story[part])))}`)
    .join(", ");
