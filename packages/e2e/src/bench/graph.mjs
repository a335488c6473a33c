// @ts-check
// How well many agents are kept at work: against the least time in which the same work can be done.
import { agentThatCommits, between, landedEvents, makeProject, runWith } from "./project.mjs";
import { print, seconds, times } from "./table.mjs";

const [TASKS, AGENTS] = [100, 5];
const WORK_MS = Number(process.env.BENCH_WORK_MS ?? 5000);

/** @param {string} base */
export function benchGraph(base) {
  const tasks = graphOf(TASKS);
  const project = makeProject(base, "graph", { agent: agentThatCommits(`sleep ${WORK_MS / 1000}`), tasks });
  project.conductor(...runWith(AGENTS));
  const events = landedEvents(project, TASKS);
  const first = events.find(({ type }) => type === "attempt.started");
  const last = events.findLast(({ type }) => type === "attempt.ended");
  const bound = Math.max(longestPath(tasks), TASKS / AGENTS) * WORK_MS;
  const what = `${TASKS} dependent tasks of ${WORK_MS / 1000} s, ${AGENTS} agents, wall`;
  print(what, `least time (${seconds(bound)})`, times(1.15), times(between(first, last) / bound));
}

/**
 * Each task depends on up to two before it, so that about three lines of five run side by side.
 * @param {number} count
 * @returns {readonly import("./project.mjs").Row[]}
 */
function graphOf(count) {
  return Array.from({ length: count }, (_, n) => {
    const before = new Set([n - 7, Math.floor(n / 2) - 1].filter((one) => one >= 0 && one < n));
    return { ref: `t${n}`, title: `Write part ${n}`, depends_on: [...before].map((one) => `t${one}`) };
  });
}

/**
 * Tasks on the longest path.
 * @param {readonly import("./project.mjs").Row[]} tasks   each after what it depends on
 */
function longestPath(tasks) {
  /** @type {Map<string, number>} */
  const depth = new Map();
  for (const { ref, depends_on = [] } of tasks)
    depth.set(ref, 1 + Math.max(0, ...depends_on.map((one) => depth.get(one) ?? 0)));
  return Math.max(...depth.values());
}
