import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { ended } from "../rig.ts";
import { addTasks, keepProjects, makeProject, QUICK } from "./project.ts";

const TITLES = ["Write one", "Write two", "Write three"];
const SCENARIO = scenarioOf(
  TITLES.map((title) =>
    agentScript(title)
      .writes(`${title.slice(6)}.txt`, "text\n")
      .sleeps(1500)
      .finishes(),
  ),
);

describe("the server of taskwerk", () => {
  const keep = keepProjects();

  it("may be killed again and again while a run goes on, which ends as if nothing had been", {
    tags: ["long"],
    timeout: 240_000,
  }, async () => {
    const project = keep(await makeProject(QUICK, SCENARIO));
    const { conductor, git, rig } = project;
    await addTasks(rig, TITLES);
    const child = rig.start("conductor", [
      ...["orchestrate", "run", "--auto", "--allow-unsandboxed"],
      ...["--budget", "1", "--concurrency", "2", "--json"],
    ]);
    child.stdin!.end();
    const end = ended(child);
    let killed = 0;
    const seen = new Set<number>();
    const hunt = setInterval(async () => {
      const status = await rig.taskwerk("api", "status", "--json");
      const pid: unknown = JSON.parse(status.stdout || "{}").data?.pid;
      if (typeof pid !== "number" || seen.has(pid) || seen.size >= 3) return;
      seen.add(pid);
      process.kill(pid, "SIGKILL");
      killed += 1;
    }, 1200);
    const ran = await end;
    clearInterval(hunt);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(killed).toBeGreaterThan(0);
    expect(git("log", "--format=%s", "main..conductor/main").split("\n").length).toBe(3);
    expect(
      git("ls-tree", "--name-only", "conductor/main")
        .split("\n")
        .filter((name) => name.endsWith(".txt")),
    ).toEqual(["one.txt", "three.txt", "two.txt"]);
    const tasks = await rig.data<readonly { status: string }[]>("list", "--all");
    expect(tasks.map(({ status }) => status)).toEqual(["done", "done", "done"]);
    expect((await conductor("audit", "work")).code).toBe(0);

    // Several at once, each of which would start a server: who comes second takes the first one's, and goes on when it ends.
    await addTasks(rig, [{ title: "Write four" }]);
    const looks = await Promise.all([1, 2, 3, 4, 5, 6].map(() => conductor("status", "--json")));
    for (const { code, stdout, stderr } of looks) {
      expect(code, stdout + stderr).toBe(0);
      expect(JSON.parse(stdout).data.counts, stdout + stderr).toMatchObject({ landed: 3, total: 4 });
    }
  });
});
