// @ts-check
// How long a key of `monitor` takes until its answer stands in the terminal, over a run of 200 tasks of which ten agents are at
// work that print three thousand lines a second between them.
import { cpus } from "node:os";
import { setTimeout } from "node:timers/promises";
import { hasTmux, openInTmux, p95, pressed } from "./in-tmux.mjs";
import { CONDUCTOR } from "./programs.mjs";
import { eventsOf, makeProject, runWith } from "./project.mjs";
import { ms, print } from "./table.mjs";

const [TASKS, AGENTS, KEYS] = [200, 10, 200];
/** Thirty lines, ten times a second, until it is ended. */
const TALKS =
  'while :; do for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do echo "line $n of what this agent has to say about its part of the work"; done; sleep 0.1; done';

/** Every screen in turn, and moves between: each with what only its answer has. @type {readonly (readonly [string, string])[]} */
const ROUND = [
  ["2", "[2 tasks]"],
  ["j", "> TASK-"],
  ["j", "> TASK-"],
  ["NPage", "> TASK-"],
  ["g", "> TASK-"],
  ["3", "[3 log]"],
  ["5", "[5 gates]"],
  ["6", "[6 costs]"],
  ["1", "[1 inbox]"],
  ["?", "Say something"],
  ["x", "[1 inbox]"],
];

/** @param {string} base */
export async function benchMonitor(base) {
  if (!hasTmux()) {
    print("monitor: not measured, tmux is not here", "", "", "");
    return;
  }
  const tasks = Array.from({ length: TASKS }, (_, n) => ({
    ref: `t${n}`,
    title: `Write part ${n}`,
    depends_on: n < 20 ? [] : [`t${n - 20}`, `t${n - 1 - (n % 10)}`].filter((one, at, all) => all.indexOf(one) === at),
  }));
  const project = makeProject(base, "monitor", { agent: TALKS, tasks });
  const run = project.start(...runWith(AGENTS));
  run.stdout?.resume();
  const ended = new Promise((resolve) => run.once("close", resolve));
  try {
    await begun(project);
    for (const [columns, rows] of /** @type {const} */ ([
      [80, 24],
      [200, 60],
    ])) {
      const terminal = await openInTmux(base, {
        cwd: project.dir,
        env: project.env,
        argv: [CONDUCTOR, "monitor"],
        columns,
        rows,
        shows: `${AGENTS} at work`,
      });
      try {
        await pressed(terminal, ROUND);
        const keys = Array.from({ length: Math.ceil(KEYS / ROUND.length) }, () => ROUND).flat();
        const took = await pressed(terminal, keys);
        const what = `monitor, ${TASKS} tasks, ${AGENTS} agents, ${columns}x${rows}: a key, p95`;
        print(what, `wall, in tmux, ${cpus().length} cores`, "100 ms", `${ms(p95(took))} ms`);
      } finally {
        await terminal.close();
      }
    }
  } finally {
    project.conductor("stop", "--now");
    await ended;
  }
}

/**
 * Waits until the agents are at work.
 * @param {import("./project.mjs").Project} project
 */
async function begun(project) {
  const until = performance.now() + 120_000;
  while (performance.now() < until) {
    await setTimeout(1_000);
    try {
      if (eventsOf(project).filter(({ type }) => type === "attempt.spawned").length >= AGENTS) return;
    } catch {
      // There is no journal before the checks have passed.
    }
  }
  throw new Error("the run for the monitor did not begin");
}
