import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { addTasks, keepProjects, makeProject, type Project } from "./project.ts";
import { killAfter, RESUME } from "./quick-project.ts";

const GATED = {
  "package.json": JSON.stringify({
    scripts: { lint: 'test -n "$PORT" && test "$PORT" = "$CONDUCTOR_PORT_BASE" && test -n "$CONDUCTOR_PORTS"' },
  }),
};
const build = (title: string) =>
  agentScript(title).runs(`echo "$PORT $CONDUCTOR_PORTS" > ${title}.txt`).sleeps(1_500).finishes();
const SCENARIO = scenarioOf(["Alpha", "Beta", "Gamma"].map(build));

/** What is written down of who has which ports: the text of each file; drafts are none. */
const written = ({ env }: Project): readonly string[] => {
  const dir = join(env.HOME!, ".local/state/conductor/ports");
  const names = readdirSync(dir).filter((name) => /^\d+\.\d+$/.test(name));
  return names.map((name) => readFileSync(join(dir, name), "utf8"));
};

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
    const ran = await conductor(
      "run",
      "--auto",
      "--allow-unsandboxed",
      "--budget",
      "1",
      "--concurrency",
      "3",
      "--json",
    );
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

  it("of a conductor that was killed are given out again", async () => {
    const project = await start();
    await killAfter(project, 600);
    expect(written(project).filter((text) => text.startsWith("{")).length).toBeGreaterThan(0);
    const ran = await project.conductor(...RESUME);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const first = project.git("show", "conductor/main:Gamma.txt").split(" ")[0];
    expect(Number(first)).toBeLessThan(23_000 + 60);
    expect(new Set(written(project))).toEqual(new Set(["free\n"]));
  }, 400_000);
});
