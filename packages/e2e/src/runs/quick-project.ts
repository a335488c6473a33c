/** A project whose tasks cost next to nothing, and what must hold of it whatever happened on the way. */
import { readdirSync, readFileSync } from "node:fs";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { randomOf } from "@taskwerk/rehearsal/seeded/random";
import { beforeAll, expect } from "vitest";
import { ended } from "../rig.ts";
import { addTasks, keepProjects, makeProject, type Project, QUICK } from "./project.ts";

const build = (title: string, name: string) =>
  agentScript(title).writes(`${name}.js`, `export const ${name} = () => "${name}";\n`).sleeps(150).finishes();

const SCENARIO = scenarioOf([
  build("Make alpha", "alpha"),
  build("Make beta", "beta"),
  build("Make gamma", "gamma"),
  agentScript("Spend much").uses(1000, 1000, 0.9).hangs(),
]);
export const RUN = [
  "orchestrate",
  "run",
  "--auto",
  "--allow-unsandboxed",
  "--budget",
  "1",
  "--concurrency",
  "2",
  "--json",
];
export const RESUME = ["orchestrate", "resume", "--allow-unsandboxed", "--budget", "1", "--json"];

/** Processes of this machine that belong to an attempt of this project. */
export function leftovers(home: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const text = readFileSync(`/proc/${pid}/environ`, "utf8") + readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return text.includes(home) && Number(pid) !== process.pid;
      } catch {
        return false;
      }
    });
}

/** The repository and its scripted agent, without tasks. */
export const makeQuickProject = (): Promise<Project> => makeProject(QUICK, SCENARIO);

/** Starts a run and kills it so long after it said which session it is. */
export async function killAfter({ rig }: Project, ms: number): Promise<void> {
  const child = rig.start("conductor", RUN.slice(0, -1));
  child.stdin!.end();
  const end = ended(child);
  // The checks, and then the line that says which session it is.
  const started = new Promise<void>((resolve) => {
    let said = "";
    child.stdout!.on("data", (chunk: string) => {
      said += chunk;
      if (said.includes("start run-1")) resolve();
    });
  });
  await Promise.race([started, end]);
  await new Promise((resolve) => setTimeout(resolve, ms));
  child.kill("SIGKILL");
  await end;
}

/** Milliseconds into a run, the same ones for the same seed. */
export function momentsOf(seed: number, count: number): readonly number[] {
  const random = randomOf(seed);
  return Array.from({ length: count }, () => random.int(50, 3_000));
}

/** For the stories of one file: quick projects that are removed after each, and the tree of a run that nobody disturbed. */
export function quickStories(tasks: Parameters<typeof addTasks>[1]): {
  readonly start: () => Promise<Project>;
  /** Has a project removed with the others. */
  readonly keep: (project: Project) => Project;
  readonly proveWhole: (project: Project) => Promise<void>;
} {
  const wanted = { tree: "" };
  const keep = keepProjects();
  const start = async (): Promise<Project> => {
    const project = keep(await makeQuickProject());
    await addTasks(project.rig, tasks);
    return project;
  };
  beforeAll(async () => {
    const project = await start();
    const ran = await project.conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    wanted.tree = project.git("rev-parse", "conductor/main^{tree}");
  }, 400_000);
  return { start, keep, proveWhole: (project) => proveWhole(project, wanted.tree, tasks.length) };
}

/** Goes on, and expects the tree of a run that nobody disturbed: nothing lost, nothing twice, no process left. */
async function proveWhole(project: Project, tree: string, count: number): Promise<void> {
  const all = (word: string): readonly string[] => Array.from({ length: count }, () => word);
  const { git, rig } = project;
  const ran = await project.conductor(...RESUME);
  // What was complete when the end came leaves nothing to go on with.
  if (ran.code !== 0) expect(JSON.parse(ran.stdout).error?.code, ran.stdout + ran.stderr).toBe("SESSION_NOT_FOUND");
  expect(git("rev-parse", "conductor/main^{tree}")).toBe(tree);
  expect(git("rev-list", "--count", "main..conductor/main")).toBe(String(count));
  const tasks = await rig.data<readonly { status: string; claim: unknown }[]>("list", "--all", "--limit", "0");
  expect(tasks.map(({ status }) => status)).toEqual(all("done"));
  const report = JSON.parse((await project.conductor("report", "--json")).stdout).data;
  expect(report.tasks.map(({ state }: { state: string }) => state)).toEqual(all("landed"));
  expect(git("fsck", "--no-dangling")).toBe("");
  expect(leftovers(rig.env.HOME!)).toEqual([]);
}
