import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { ended } from "../rig.ts";
import { addTasks, dataOf, keepProjects, makeProject, type Project } from "./project.ts";
import { killAfter, RESUME } from "./quick-project.ts";

const GATED = {
  "package.json": JSON.stringify({
    scripts: { lint: 'test -n "$PORT" && test "$PORT" = "$CONDUCTOR_PORT_BASE" && test -n "$CONDUCTOR_PORTS"' },
  }),
};
const build = (title: string) =>
  agentScript(title).runs(`echo "$PORT $CONDUCTOR_PORTS" > ${title}.txt`).sleeps(1_500).finishes();
/** All three at once, as far as there are ports. */
const RUN_THREE = ["run", "--auto", "--allow-unsandboxed", "--budget", "1", "--concurrency", "3", "--json"];
const SCENARIO = scenarioOf(["Alpha", "Beta", "Gamma"].map(build));

/** What is written down of who has which ports: the text of each file; drafts are none. */
const written = ({ env }: Project): readonly string[] => {
  const dir = join(env.HOME!, ".local/state/conductor/ports");
  const names = readdirSync(dir).filter((name) => /^\d+\.\d+$/.test(name));
  return names.map((name) => readFileSync(join(dir, name), "utf8"));
};

/** There are ports for one attempt and no more. */
async function giveOneBlock({ conductor }: Project): Promise<void> {
  for (const [key, value] of [
    ["from", "65000"],
    ["each", "300"],
  ] as const)
    expect((await conductor("config", "set", `orchestration.ports.${key}`, value)).code).toBe(0);
}

describe("ports", () => {
  const keep = keepProjects();
  const start = async (): Promise<Project> => {
    const project = keep(await makeProject(GATED, SCENARIO));
    await project.conductor("config", "set", "orchestration.ports.from", "23000");
    await addTasks(project.rig, ["Alpha", "Beta", "Gamma"]);
    return project;
  };

  it("are each agent's own, known to its gates too, and given back at the end", async () => {
    const project = await start();
    const { conductor, git } = project;
    const ran = await conductor(...RUN_THREE);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const said = ["Alpha", "Beta", "Gamma"].map((title) => git("show", `conductor/main:${title}.txt`));
    for (const one of said) {
      const [port, , last] = one.split(/[ -]/).map(Number) as [number, number, number];
      expect(one).toBe(`${port} ${port}-${port + 9}`);
      expect(last).toBe(port + 9);
    }
    expect(new Set(said).size).toBe(3);
    expect(new Set(written(project))).toEqual(new Set(["free\n"]));
  }, 400_000);

  it("of a conductor that was killed are given out again", { tags: ["long"], timeout: 400_000 }, async () => {
    const project = await start();
    await killAfter(project, 600);
    expect(written(project).filter((text) => text.startsWith("{")).length).toBeGreaterThan(0);
    const ran = await project.conductor(...RESUME);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const first = project.git("show", "conductor/main:Gamma.txt").split(" ")[0];
    expect(Number(first)).toBeLessThan(23_000 + 60);
    expect(new Set(written(project))).toEqual(new Set(["free\n"]));
  });

  it("that somebody else listens on by then are said with what helps, and the task is free as before", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const slow = { "package.json": JSON.stringify({ scripts: { lint: "sleep 3" } }) };
    const project = keep(await makeProject(slow, SCENARIO));
    const { conductor, rig } = project;
    await giveOneBlock(project);
    await addTasks(rig, ["Alpha"]);
    const child = rig.start("conductor", ["run", "--auto", "--allow-unsandboxed", "--budget", "1", "--json"]);
    child.stdin!.end();
    const end = ended(child);
    // The gates are being timed: conductor has found its ports, and will look for some again.
    const judged = (): boolean =>
      readdirSync(state, { recursive: true, encoding: "utf8" }).some((name) => /checkouts\/tree/.test(name));
    const state = join(project.env.HOME!, ".local/state");
    await expect.poll(() => existsSync(state) && judged(), { timeout: 60_000, interval: 100 }).toBe(true);
    const stranger = createServer().listen(65_100, "127.0.0.1");
    await once(stranger, "listening");
    try {
      const ran = await end;
      expect(ran.code, ran.stdout + ran.stderr).toBe(14);
      const { reason } = dataOf<{ end: { reason: string } }>(ran).end;
      expect(reason).toContain("PORT_IN_USE: no 300 ports in a row are free");
      expect(reason).toContain("conductor config set orchestration.ports.from");
      expect(await rig.data("list", "--all")).toMatchObject([{ status: "todo", claim: null }]);
    } finally {
      stranger.close();
    }
    const resumed = await conductor("resume", "--allow-unsandboxed", "--json");
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
  });

  it("that other tasks of the same run have are waited for", async () => {
    const project = await start();
    const { conductor, rig } = project;
    await giveOneBlock(project);
    const ran = await conductor(...RUN_THREE);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const statuses = (await rig.data<readonly { status: string }[]>("list", "--all")).map(({ status }) => status);
    expect(statuses).toEqual(["done", "done", "done"]);
  }, 400_000);

  it("that one holds who waits for a person are had by the next when the wait for people is over", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const asks = agentScript("Alpha")
      .asks("Which region?", { options: ["eu", "us"], reversible: false })
      .finishes();
    const scenario = scenarioOf([asks, build("Beta")]);
    const project = keep(await makeProject(GATED, scenario));
    const { conductor, rig } = project;
    await giveOneBlock(project);
    await addTasks(rig, ["Alpha", "Beta"]);
    const ran = await conductor("run", "--auto", "--allow-unsandboxed", "--budget", "1", "--json");
    expect(dataOf<{ end: { kind: string } }>(ran).end).toMatchObject({ kind: "waiting" });
    expect(await rig.data("list", "--all")).toMatchObject([{ status: "blocked" }, { status: "done" }]);
  });
});
