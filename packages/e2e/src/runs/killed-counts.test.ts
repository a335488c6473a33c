import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { expect, it } from "vitest";
import { ended } from "../rig.ts";
import { addTasks, dataOf, keepProjects, makeProject, QUICK } from "./project.ts";

const SCENARIO = scenarioOf([
  agentScript("Land").writes("land.txt", "a\n").finishes(),
  agentScript("Ask").asks("Which one?").finishes(),
  agentScript("Hang").hangs(),
  agentScript("Later").writes("later.txt", "a\n").finishes(),
]);

const keep = keepProjects();

it("after a kill, the inbox and the checks before a resume count what is left as it is", {
  tags: ["long"],
  timeout: 200_000,
}, async () => {
  const project = keep(await makeProject(QUICK, SCENARIO));
  const { conductor, rig, git } = project;
  await addTasks(rig, ["Land", "Ask", "Hang", { title: "Later", after: "Hang" }]);
  const flags = ["--allow-unsandboxed", "--budget", "5", "--json"];
  const child = rig.start("conductor", ["run", "--auto", "--wait", "1h", "--concurrency", "3", ...flags]);
  child.stdin!.end();
  const end = ended(child);
  const there = async (): Promise<readonly unknown[]> => {
    const status = await conductor("status", "--json");
    if (status.code !== 0) return [];
    const now = dataOf<{ counts: { byState: Record<string, number> } } | null>(status);
    const { landed = 0, waiting = 0, working = 0 } = now?.counts.byState ?? {};
    return [landed, waiting, working];
  };
  await expect.poll(there, { timeout: 60_000, interval: 300 }).toEqual([1, 1, 1]);
  child.kill("SIGKILL");
  await end;
  expect((await conductor("inbox")).stdout).toMatch(/^1 card holds 1 task\. Nothing approves itself\.\n/);
  const inbox = dataOf<object>(await conductor("inbox", "--json"));
  expect(inbox).toMatchObject({ working: 0, interrupted: 1, toGo: 1 });
  const checked = await conductor("resume", "--dry-run", ...flags);
  expect(checked.code, checked.stdout + checked.stderr).toBe(0);
  // The one that asked is asked again, the one that hung is begun again, and one was not begun.
  expect(dataOf<{ preflight: { forecast: object } }>(checked).preflight.forecast).toMatchObject({ tasks: 3 });
  expect(git("rev-list", "--count", "main..conductor/main")).toBe("1");
});
