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
/** What a key has brought stands there by then, also on a slow day. */
const SETTLES_MS = 500;
/** Thirty lines, ten times a second, until it is ended. */
const TALKS =
  'while :; do for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do echo "line $n of what this agent has to say about its part of the work"; done; sleep 0.1; done';

/** The line where the reader is: only the key that leads to it draws it. */
const CHOSEN = /^> TASK-\d+/m;

/**
 * Every screen in turn, and moves between: each with what nothing but its answer draws. A move is answered with the task that it
 * leads to, which is found out in a first round. @type {readonly (readonly [string, string | RegExp])[]}
 */
const ROUND = [
  ["2", "[2 tasks]"],
  ["j", CHOSEN],
  ["j", CHOSEN],
  ["NPage", CHOSEN],
  ["g", CHOSEN],
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
        const round = await answersOf(terminal);
        const keys = Array.from({ length: Math.ceil(KEYS / round.length) }, () => round).flat();
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
 * The round with what each of its keys is answered with, on a screen of this size. Every move has to lead somewhere else: what
 * stands there already would be no answer.
 * @param {import("./in-tmux.mjs").Terminal} terminal
 * @returns {Promise<readonly (readonly [string, string])[]>}
 */
async function answersOf(terminal) {
  /** @type {(readonly [string, string])[]} */
  const found = [];
  // As at the end of a round.
  for (const key of ["2", "g", "1"]) await settled(terminal, key);
  let chosen = "";
  for (const [key, answer] of ROUND) {
    const seen = await settled(terminal, key);
    const text = typeof answer === "string" ? answer : (answer.exec(seen)?.[0] ?? "");
    if (text === "" || text === chosen || !seen.includes(text))
      throw new Error(`${key} is not answered with ${answer}:\n${seen}`);
    chosen = CHOSEN.exec(seen)?.[0] ?? chosen;
    found.push([key, text]);
  }
  return found;
}

/**
 * What stands on the screen once the key has been answered.
 * @param {import("./in-tmux.mjs").Terminal} terminal
 * @param {string} key
 */
async function settled(terminal, key) {
  await terminal.press(key);
  await setTimeout(SETTLES_MS);
  return terminal.seen();
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
