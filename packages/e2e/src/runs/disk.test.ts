/** A disk of a few megabytes, on which conductor keeps its clones. Needs the right to mount one. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { afterEach, describe, expect, it } from "vitest";
import { addTasks, keepProjects, makeProject, type Project, QUICK } from "./project.ts";

const LIMITS = ["--allow-unsandboxed", "--budget", "5", "--json"];
/** Fills the disk as long as it is the small one. */
const FILL = "[ $(df -m . | awk 'NR == 2 { print $2 }') -gt 1000 ] || { head -c 200000000 /dev/zero > big; true; }";
const mounted: string[] = [];
const trial = mkdtempSync(join(tmpdir(), "disk-"));
const mayMount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "none", trial]).status === 0;
if (mayMount) spawnSync("umount", ["--lazy", trial]);
rmdirSync(trial);
if (!mayMount) process.stderr.write("SKIPPED: no disk can be mounted here, so none can be filled\n");

describe.skipIf(!mayMount)("a disk that is full", () => {
  const keep = keepProjects();
  afterEach(() => {
    for (const dir of mounted.splice(0)) execFileSync("umount", ["--lazy", dir]);
  });
  const start = async (scenario: Parameters<typeof makeProject>[1], megabytes: number): Promise<[Project, string]> => {
    const project = keep(await makeProject(QUICK, scenario));
    const dir = join(project.rig.env.HOME!, ".local", "state");
    mkdirSync(dir, { recursive: true });
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "none", dir]);
    mounted.push(dir);
    return [project, dir];
  };

  it("is said before anything is spent", async () => {
    const [{ conductor, rig, git }] = await start(agentScript("Alpha").finishes().scenario(), 20);
    await addTasks(rig, ["Alpha"]);
    const ran = await conductor("run", "--auto", ...LIMITS);
    expect([ran.code, JSON.parse(ran.stdout).error.code], ran.stdout).toEqual([5, "STORE_FULL"]);
    expect(await rig.data("list")).toMatchObject([{ status: "todo", claim: null }]);
    expect(git("branch", "--list", "conductor/*")).toBe("");
  }, 200_000);

  it("stops the run, and once there is room again everything is gone on with", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const [{ conductor, rig, git }, disk] = await start(
      scenarioOf([
        agentScript("Alpha").writes("a.txt", "a\n").finishes(),
        agentScript("Fill").writes("f.txt", "f\n").commits("feat: f").runs(FILL).finishes(),
        agentScript("Omega").writes("o.txt", "o\n").finishes(),
      ]),
      80,
    );
    await addTasks(rig, ["Alpha", { title: "Fill", after: "Alpha" }, { title: "Omega", after: "Fill" }]);
    const ran = await conductor("run", "--auto", ...LIMITS);
    expect(ran.code, ran.stdout + ran.stderr).not.toBe(0);
    expect(git("log", "--format=%s", "main..conductor/main")).toBe("feat: Alpha");
    execFileSync("mount", ["-o", "remount,size=2000m", disk]);
    const resumed = await conductor("resume", ...LIMITS);
    expect(resumed.code, ran.stdout + ran.stderr + resumed.stdout + resumed.stderr).toBe(0);
    const landed = git("log", "--format=%s", "main..conductor/main").split("\n");
    expect(landed).toEqual(["feat: Omega", "feat: Fill", "feat: Alpha"]);
    expect((await conductor("audit", "work", "--json")).code).toBe(0);
  });
});
