import { describe, expect, it } from "vitest";
import { eachCase } from "../each-case.ts";
import { ended } from "../rig.ts";
import { addTasks } from "./project.ts";
import { killAfter, makeQuickProject, momentsOf, quickStories, RUN } from "./quick-project.ts";

/** Which moments; `npm run proof` tries many more, with a third task after one of the two. */
const SEED = 20_261_125;
const TASKS = [{ title: "Make alpha" }, { title: "Make beta" }];

const POINTS = ["after-claim", "after-spawn", "after-bundle", "after-gate", "after-update-ref", "before-done"];

describe("a conductor that is killed", () => {
  const { start, keep, proveWhole } = quickStories(TASKS);

  it("remembers what was spent, and the budget holds for what follows", async () => {
    const project = keep(await makeQuickProject());
    const { rig, conductor } = project;
    await addTasks(rig, [{ title: "Spend much" }]);
    const child = rig.start("conductor", RUN);
    child.stdin!.end();
    const end = ended(child);
    const spent = async (): Promise<unknown> => JSON.parse((await conductor("report", "--json")).stdout).data?.costs;
    await expect.poll(spent, { timeout: 60_000, interval: 300 }).toMatchObject({ knownUsd: 0.9 });
    child.kill("SIGKILL");
    await end;
    const resumed = await conductor("resume", "--allow-unsandboxed", "--budget", "0.5", "--json");
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(12);
    expect(await spent()).toMatchObject({ usd: 0.9, unknown: 0 });
  }, 400_000);

  eachCase(POINTS, (point) => point === "after-spawn" || point === "after-update-ref")(
    "at %s goes on to the same tree",
    async (point) => {
      const project = await start();
      const ran = await project.rig.run("conductor", RUN, { env: { CONDUCTOR_FAIL_AT: point } });
      expect(ran.code, ran.stdout + ran.stderr).toBe(137);
      await proveWhole(project);
    },
    400_000,
  );

  eachCase(momentsOf(SEED, 3), (_, at) => at === 0)(
    "%d ms after its start goes on to the same tree",
    async (ms) => {
      const project = await start();
      await killAfter(project, ms);
      await proveWhole(project);
    },
    400_000,
  );
});
