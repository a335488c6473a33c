import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { ended } from "../rig.ts";
import { addTasks, makeProject, PLAIN, type Project } from "./project.ts";

const testOf = (name: string): string =>
  `import { test } from "node:test";\nimport assert from "node:assert";\nimport { ${name} } from "./${name}.js";\ntest("${name}", () => assert.equal(${name}(), "${name}"));\n`;

const build = (title: string, name: string) =>
  agentScript(title)
    .writes(`${name}.js`, `export const ${name} = () => "${name}";\n`)
    .writes(`${name}.test.js`, testOf(name))
    .sleeps(150)
    .finishes();

const SCENARIO = scenarioOf([
  build("Make alpha", "alpha"),
  build("Make beta", "beta"),
  build("Make gamma", "gamma"),
  agentScript("Spend much").uses(1000, 1000, 0.9).hangs(),
]);
const RUN = ["orchestrate", "run", "--auto", "--budget", "1", "--concurrency", "2", "--json"];
const RESUME = ["orchestrate", "resume", "--budget", "1", "--json"];

/** Processes of this machine that belong to an attempt of this project. */
function leftovers(home: string): readonly string[] {
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

describe("a conductor that is killed", () => {
  const wanted = { tree: "" };
  const open: Project[] = [];
  const start = async (): Promise<Project> => {
    const project = await makeProject(PLAIN, SCENARIO);
    open.push(project);
    await addTasks(project.rig, [
      { title: "Make alpha" },
      { title: "Make beta" },
      { title: "Make gamma", after: "Make alpha" },
    ]);
    return project;
  };
  afterEach(async () => {
    for (const { rig } of open.splice(0)) await rig.remove();
  });

  beforeAll(async () => {
    const project = await start();
    const ran = await project.conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    wanted.tree = project.git("rev-parse", "conductor/main^{tree}");
  }, 400_000);

  async function proveWhole(project: Project): Promise<void> {
    const { git, rig } = project;
    const ran = await project.conductor(...RESUME);
    // What was complete when the end came leaves nothing to go on with.
    if (ran.code !== 0) expect(JSON.parse(ran.stdout).error?.code, ran.stdout + ran.stderr).toBe("SESSION_NOT_FOUND");
    expect(git("rev-parse", "conductor/main^{tree}")).toBe(wanted.tree);
    expect(git("rev-list", "--count", "main..conductor/main")).toBe("3");
    const tasks = await rig.data<readonly { status: string; claim: unknown }[]>("list", "--all", "--limit", "0");
    expect(tasks.map(({ status }) => status)).toEqual(["done", "done", "done"]);
    const report = JSON.parse((await project.conductor("report", "--json")).stdout).data;
    expect(report.tasks.map(({ state }: { state: string }) => state)).toEqual(["landed", "landed", "landed"]);
    expect(git("fsck", "--no-dangling")).toBe("");
    expect(leftovers(rig.env.HOME!)).toEqual([]);
  }

  it("remembers what was spent, and the budget holds for what follows", async () => {
    const project = await makeProject(PLAIN, SCENARIO);
    open.push(project);
    const { rig, conductor } = project;
    await addTasks(rig, [{ title: "Spend much" }]);
    const child = rig.start("conductor", RUN);
    child.stdin!.end();
    const end = ended(child);
    const spent = async (): Promise<unknown> => JSON.parse((await conductor("report", "--json")).stdout).data?.costs;
    await expect.poll(spent, { timeout: 60_000, interval: 300 }).toMatchObject({ knownUsd: 0.9 });
    child.kill("SIGKILL");
    await end;
    const resumed = await conductor("resume", "--budget", "0.5", "--json");
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(12);
    expect(await spent()).toMatchObject({ usd: 0.9, unknown: 0 });
  }, 400_000);

  it.each(["after-claim", "after-spawn", "after-bundle", "after-gate", "after-update-ref", "before-done"])(
    "at %s goes on to the same tree",
    async (point) => {
      const project = await start();
      const ran = await project.rig.run("conductor", RUN, { env: { CONDUCTOR_FAIL_AT: point } });
      expect(ran.code, ran.stdout + ran.stderr).toBe(137);
      await proveWhole(project);
    },
    400_000,
  );

  it.each([300, 1500, 2900])(
    "%d ms after its start goes on to the same tree",
    async (ms) => {
      const project = await start();
      const child = project.rig.start("conductor", RUN.slice(0, -1));
      child.stdin!.end();
      const end = ended(child);
      // The checks, and then the line that says which session it is.
      for (let said = ""; !said.includes("start run-1"); ) said += String(await once(child.stdout!, "data"));
      await new Promise((resolve) => setTimeout(resolve, ms));
      child.kill("SIGKILL");
      await end;
      await proveWhole(project);
    },
    400_000,
  );
});
