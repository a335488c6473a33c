import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentScript } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { ended } from "../rig.ts";
import { addTasks, keepProjects, makeProject, type Project, QUICK } from "./project.ts";

/** Commits something, leaves something uncommitted and then does nothing more. */
const HANGS = agentScript("Write alpha")
  .writes("half.txt", "half\n")
  .commits("feat: half")
  .writes("quarter.txt", "quarter\n")
  .runs('echo "made:$(git rev-parse HEAD)"')
  .hangs()
  .scenario();
const FINISHES = agentScript("Write alpha").writes("alpha.txt", "a\n").finishes().scenario();

const RUN = ["orchestrate", "run", "--auto", "--allow-unsandboxed", "--budget", "1", "--json"];

/** The commits that the agent has told of. */
function commitsOf({ rig }: Project): readonly string[] {
  const state = join(rig.env.HOME!, ".local", "state", "conductor");
  const said = readdirSync(state, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.includes("transcripts/"),
  );
  const texts = said.map((name) => readFileSync(join(state, name), "utf8"));
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/made:([0-9a-f]{40})/g)].map((found) => found[1]!)))];
}

const untilItHangs = async (project: Project): Promise<void> => {
  const look = () => {
    try {
      return commitsOf(project).length;
    } catch {
      return 0;
    }
  };
  await expect.poll(look, { timeout: 60_000, interval: 200 }).toBe(1);
};

describe("a run that is stopped", () => {
  const keep = keepProjects();
  const start = async (): Promise<Project> => {
    const project = keep(await makeProject(QUICK, HANGS));
    await addTasks(project.rig, [{ title: "Write alpha" }]);
    return project;
  };

  /** Nothing is lost, the task is free, and resume does the rest. */
  async function proveKept(project: Project): Promise<void> {
    const { git, rig, conductor } = project;
    const [kept, ...more] = git("for-each-ref", "--format=%(refname)", "refs/conductor/salvage").split("\n");
    expect([kept, more]).toEqual(["refs/conductor/salvage/TASK-001/1", []]);
    expect([git("show", `${kept}:half.txt`), git("show", `${kept}:quarter.txt`)]).toEqual(["half", "quarter"]);
    for (const commit of commitsOf(project)) expect(git("for-each-ref", `--contains=${commit}`)).toContain(kept);
    expect(await rig.data("list", "--all")).toMatchObject([{ status: "todo", claim: null }]);
    writeFileSync(join(rig.env.HOME!, "play", "scenario.json"), JSON.stringify(FINISHES));
    const resumed = await conductor("resume", "--allow-unsandboxed", "--json");
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(git("show", "conductor/main:alpha.txt")).toBe("a");
    expect(git("rev-list", "--count", "main..conductor/main")).toBe("1");
  }

  it("by another process ends with 14 and the reason, and goes on with resume", async () => {
    const project = await start();
    const child = project.rig.start("conductor", RUN);
    child.stdin!.end();
    const end = ended(child);
    await untilItHangs(project);
    const stopped = await project.conductor("stop", "--reason", "lunch", "--json");
    expect(JSON.parse(stopped.stdout).data, stopped.stderr).toMatchObject({ session: "run-1", stopped: true });
    const ran = await end;
    expect(ran.code, ran.stdout + ran.stderr).toBe(14);
    expect(JSON.parse(ran.stdout).data).toMatchObject({ end: { kind: "stopped", reason: "lunch" }, exit: 14 });
    await proveKept(project);
  }, 400_000);

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)(
    "by %s ends with %d, and goes on with resume",
    async (signal, code) => {
      const project = await start();
      const child = project.rig.start("conductor", RUN);
      child.stdin!.end();
      const end = ended(child);
      await untilItHangs(project);
      child.kill(signal);
      const ran = await end;
      expect(ran.code, ran.stdout + ran.stderr).toBe(code);
      expect(JSON.parse(ran.stdout).data).toMatchObject({ end: { kind: "stopped" }, exit: code });
      await proveKept(project);
    },
    400_000,
  );

  it("in the background shows in status, keeps a second run away, and goes on with resume", async () => {
    const project = await start();
    const { conductor } = project;
    const started = await conductor("orchestrate", "start", "--allow-unsandboxed", "--budget", "1", "--json");
    expect(JSON.parse(started.stdout).data, started.stderr).toMatchObject({ session: "run-1" });
    await untilItHangs(project);
    const sessionNow = async (): Promise<unknown> =>
      JSON.parse((await conductor("status", "--json")).stdout).data.session;
    expect(await sessionNow()).toMatchObject({ id: "run-1", status: "active" });
    expect(JSON.parse((await conductor(...RUN)).stdout).error).toMatchObject({ code: "SESSION_ACTIVE" });
    expect((await conductor("stop")).code).toBe(0);
    expect(await sessionNow()).toMatchObject({ id: "run-1", status: "paused" });
    await proveKept(project);
  }, 400_000);
});
