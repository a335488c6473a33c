/** A run with all that can be cut in two, ended as `kill -9` would at one event of its journal, and gone on with. */
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { randomOf } from "@taskwerk/rehearsal/seeded/random";
import { expect } from "vitest";
import type { Ran } from "../rig.ts";
import { addTasks, dataOf, makeProject, type Project, QUICK } from "./project.ts";
import { leftovers } from "./quick-project.ts";

/** Where it dies: `side` of event `event` of the journal; `again` events later once more, in what goes on. */
export interface Crash {
  readonly event: number;
  readonly side: "before" | "after";
  readonly again: { readonly events: number; readonly side: "before" | "after" } | null;
}

/** Two that add to one place of one file, so that the second to land meets the first's lines. */
const listed = (name: string) =>
  agentScript(`List ${name}`)
    .runs(`grep -qx ${name} list.txt || { echo ${name} | cat - list.txt | sort > sorted && mv sorted list.txt; }`, "ok")
    .finishes();

const SCENARIO = scenarioOf([
  listed("alpha"),
  listed("beta"),
  agentScript("Second try").exits(3).onRework().writes("second.js", "export {};\n").finishes(),
  agentScript("Ask first")
    .asks("Which base?", { options: ["sqlite", "postgres"], reversible: false, as: "base" })
    .writes("base.txt", "{{base}}\n")
    .finishes(),
]);
const TITLES = ["List alpha", "List beta", "Second try", "Ask first"];

const WORDS = ["--allow-unsandboxed", "--budget", "5", "--json"];
const RUN = ["run", "--auto", "--concurrency", "3", ...WORDS];
const RESUME = ["resume", ...WORDS];
/** A run that nobody disturbs takes two rounds: the question ends the first. */
const MOST_ROUNDS = 8;

export const makeCrashProject = async (): Promise<Project> => {
  const project = await makeProject({ ...QUICK, "list.txt": "omega\n" }, SCENARIO);
  await addTasks(project.rig, TITLES);
  return project;
};

/** What a finished run is, whatever happened on the way. */
export interface Outcome {
  readonly tree: string;
  readonly events: number;
}

/**
 * Runs to the end, answering what is asked, and dies where it is told to. Expects that nothing is lost, nothing done
 * twice and nothing left behind; answers what came out.
 */
export async function runThrough(project: Project, crash: Crash | null): Promise<Outcome> {
  const { rig, git, conductor } = project;
  let deaths: readonly string[] = crash === null ? [] : [`${crash.side}-event:${crash.event}`];
  let again = crash?.again ?? null;
  const go = async (words: readonly string[]): Promise<Ran> => {
    const [death] = deaths;
    const ran = await rig.run("conductor", words, death === undefined ? {} : { env: { CONDUCTOR_FAIL_AT: death } });
    if (ran.code !== 137) return ran;
    deaths = again === null ? [] : [`${again.side}-event:${(await lastEvent(project)) + again.events}`];
    again = null;
    return ran;
  };

  const said: string[] = [];
  let ran = await go(RUN);
  for (let round = 0; ran.code !== 0; round += 1) {
    said.push(`${ran.code} ${ran.stdout}${ran.stderr}`);
    expect(round, said.join("\n")).toBeLessThan(MOST_ROUNDS);
    if (ran.code === 11) await answerAll(project);
    ran = await go(RESUME);
    // Dead before there was a session, or at its very last word.
    if (ran.code !== 0 && ran.code !== 137 && JSON.parse(ran.stdout).error?.code === "SESSION_NOT_FOUND") {
      if (await allDone(project)) break;
      ran = await go(RUN);
    }
  }

  const context = said.join("\n");
  const tasks = await rig.data<readonly { title: string; status: string; claim: unknown }[]>(
    ...["list", "--all", "--limit", "0"],
  );
  expect(tasks.map(({ title, status, claim }) => `${title} ${status} ${claim}`).sort(), context).toEqual(
    TITLES.map((title) => `${title} done null`).sort(),
  );
  expect(git("show", "conductor/main:list.txt"), context).toBe("alpha\nbeta\nomega");
  expect(git("show", "conductor/main:base.txt"), context).toBe("sqlite");
  const landed = git("log", "--format=%(trailers:key=Task,valueonly,separator=%x2c)", "main..conductor/main");
  expect(landed.split("\n").sort(), context).toEqual(["TASK-001", "TASK-002", "TASK-003", "TASK-004"]);
  const report = dataOf<{ tasks: readonly { state: string }[] }>(await conductor("report", "--json"));
  expect(
    report.tasks.map(({ state }) => state),
    context,
  ).toEqual(TITLES.map(() => "landed"));
  const audit = await conductor("audit", "work", "--json");
  expect(audit.code, context + audit.stdout).toBe(0);
  expect(git("fsck", "--no-dangling"), context).toBe("");
  expect(git("status", "--porcelain", "--untracked-files=no"), context).toBe("");
  expect(leftovers(rig.env.HOME!), context).toEqual([]);
  return { tree: git("rev-parse", "conductor/main^{tree}"), events: await lastEvent(project) };
}

const lastEvent = async ({ conductor }: Project): Promise<number> => {
  const ran = await conductor("events", "--json");
  return ran.code === 0 ? (dataOf<readonly { seq: number }[]>(ran).at(-1)?.seq ?? 0) : 0;
};

async function answerAll({ conductor }: Project): Promise<void> {
  for (const { id } of dataOf<{ cards: readonly { id: string }[] }>(await conductor("inbox", "--json")).cards) {
    const ran = await conductor("answer", id, "sqlite", "--json");
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
  }
}

const allDone = async ({ rig }: Project): Promise<boolean> =>
  (await rig.data<readonly { status: string }[]>("list", "--all", "--limit", "0")).every(
    ({ status }) => status === "done",
  );

/** A crash in words, as it is found again. */
export const wordsOf = ({ event, side, again }: Crash): string =>
  `${side} event ${event}${again === null ? "" : `, and ${again.side} the ${again.events}. event after it`}`;

/** Every single death of a run of so many events, and then pairs of them, drawn from a seed. */
export function crashesOf(events: number, seed: number, count: number): readonly Crash[] {
  const sides = ["before", "after"] as const;
  const single = Array.from({ length: events }, (_, at) =>
    sides.map((side): Crash => ({ event: at + 1, side, again: null })),
  ).flat();
  const random = randomOf(seed);
  const pairs = Array.from({ length: Math.max(0, count - single.length) }, (): Crash => {
    const side = (): Crash["side"] => sides[random.int(0, 1)]!;
    return { event: random.int(1, events), side: side(), again: { events: random.int(1, 24), side: side() } };
  });
  return [...single, ...pairs];
}
