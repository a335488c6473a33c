// @ts-check
// What conductor's own process holds while agents work, as the system counts it.
import { readFileSync } from "node:fs";
import { agentThatCommits, apart, eventsOf, landedEvents, makeProject, runWith } from "./project.mjs";
import { print, times } from "./table.mjs";

const [TASKS, AGENTS, EVERY_MS] = [60, 10, 250];
/** Says something every tenth of a second, as agents do. */
const TALKS = 'for n in $(seq 20); do echo "step $n of the work on this part"; sleep 0.1; done';
const FLOODS = "yes 'a line of output that nobody will ever read' | head -c 1000000000";

/** @param {string} base */
export async function benchMemory(base) {
  const many = makeProject(base, "memory", { agent: agentThatCommits(TALKS), tasks: apart(TASKS) });
  const held = await sampled(many, AGENTS);
  landedEvents(many, TASKS);
  const quarter = (/** @type {number} */ n) =>
    mean(held.slice(Math.floor((n * held.length) / 4), Math.floor(((n + 1) * held.length) / 4)));
  const [second, fourth] = [quarter(1), quarter(3)];
  const what = `memory of ${AGENTS} agents at once, last quarter`;
  print(what, `second quarter (${second.toFixed(0)} MiB)`, times(1.1), times(fourth / second));

  const flood = makeProject(base, "flood", { agent: agentThatCommits(FLOODS), tasks: apart(1) });
  const peak = Math.max(...(await sampled(flood, 1)));
  // It is ended long before: that is what holds the memory.
  const ends = eventsOf(flood).filter(({ reason }) => reason === "output_limit").length;
  if (ends === 0) throw new Error("the agent that floods was never ended");
  print(`memory while an agent prints 1 GB, peak of ${ends} tries`, "", "300 MB", `${(peak * 1.048576).toFixed(0)} MB`);
}

/**
 * Resident memory of conductor's process over a whole run, MiB.
 * @param {import("./project.mjs").Project} project
 * @param {number} agents
 */
async function sampled(project, agents) {
  const child = project.start(...runWith(agents));
  child.stdout?.resume();
  /** @type {number[]} */
  const held = [];
  const timer = setInterval(() => {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(textOf(`/proc/${child.pid}/status`))?.[1];
    if (kib !== undefined) held.push(Number(kib) / 1024);
  }, EVERY_MS);
  await new Promise((resolve) => child.once("close", resolve));
  clearInterval(timer);
  return held;
}

/** @param {string} path */
function textOf(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // it has just ended
  }
}

/** @param {readonly number[]} values */
const mean = (values) => values.reduce((sum, one) => sum + one, 0) / values.length;
