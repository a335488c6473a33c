import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { addTasks, keepProjects, makeProject } from "./project.ts";
import { leftovers } from "./quick-project.ts";

describe("an agent that takes more than it may", () => {
  const keep = keepProjects();
  it("is ended with all it started, is named, and the others go on", async () => {
    const project = keep(
      await makeProject(
        // As a gate it forks without end where this file is there.
        {
          "package.json": JSON.stringify({
            scripts: { lint: "[ ! -e bomb.txt ] || while :; do sleep 100 & sleep 0.005; done" },
          }),
        },
        scenarioOf([
          agentScript("Forks").runs("while :; do sleep 100 & sleep 0.005; done"),
          agentScript("Fork in the gate").writes("bomb.txt", "b\n").finishes(),
          agentScript("Modest").writes("m.txt", "m\n").finishes(),
        ]),
      ),
    );
    const { conductor, rig, git } = project;
    expect((await conductor("config", "set", "limits.processes", "50")).code).toBe(0);
    expect((await conductor("config", "set", "orchestration.safety.max_attempts", "1")).code).toBe(0);
    await addTasks(rig, ["Forks", "Fork in the gate", "Modest"]);
    const ran = await conductor("run", "--auto", "--budget", "5", "--allow-unsandboxed", "--json");
    expect(ran.code, ran.stdout + ran.stderr).toBe(14);
    const tasks = await rig.data<readonly { status: string; status_reason: string }[]>("list", "--all");
    expect(tasks[0]!.status_reason).toMatch(/resource_limit: it had \d+ processes( and threads)?, and 50 are allowed/);
    expect(tasks[1]!.status_reason).toMatch(
      /lint: it was ended: it had \d+ processes( and threads)?, and 50 are allowed/,
    );
    expect(git("diff", "--name-only", "main", "conductor/main")).toBe("m.txt");
    expect(leftovers(rig.env.HOME!)).toEqual([]);
  }, 400_000);
});
