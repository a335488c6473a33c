import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning } from "@taskwerk/contract/is-running";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { ended } from "../rig.ts";
import { addTasks, keepProjects, makeProject, type Project, QUICK } from "./project.ts";
import { leftovers } from "./quick-project.ts";

/** Commits something, leaves something uncommitted and then does nothing more. */
const HANGS = agentScript("Write alpha")
  .writes("half.txt", "half\n")
  .commits("feat: half")
  .writes("quarter.txt", "quarter\n")
  .runs('echo "made:$(git rev-parse HEAD)"')
  .hangs()
  .scenario();
/** The same, and it does not end when it is asked to, nor does what it has started. */
const DEAF = agentScript("Write alpha")
  .writes("half.txt", "half\n")
  .commits("feat: half")
  .writes("quarter.txt", "quarter\n")
  .runs('echo "made:$(git rev-parse HEAD)"')
  .forks("trap '' TERM; sleep 600")
  .hangs("deaf")
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
  const start = async (scenario = HANGS): Promise<Project> => {
    const project = keep(await makeProject(QUICK, scenario));
    await addTasks(project.rig, [{ title: "Write alpha" }]);
    return project;
  };

  /** Nothing is lost, the task is free, and resume does the rest. */
  async function proveKept(project: Project): Promise<void> {
    proveSaved(project);
    expect(await project.rig.data("list", "--all")).toMatchObject([{ status: "todo", claim: null }]);
    await proveResumed(project);
  }

  function proveSaved(project: Project): void {
    const { git } = project;
    const [kept, ...more] = git("for-each-ref", "--format=%(refname)", "refs/conductor/salvage").split("\n");
    expect([kept, more]).toEqual(["refs/conductor/salvage/TASK-001/1", []]);
    expect([git("show", `${kept}:half.txt`), git("show", `${kept}:quarter.txt`)]).toEqual(["half", "quarter"]);
    for (const commit of commitsOf(project)) expect(git("for-each-ref", `--contains=${commit}`)).toContain(kept);
  }

  async function proveResumed({ git, rig, conductor }: Project): Promise<void> {
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

  it("by a second Ctrl-C ends at once, though a git is deaf to everything, and goes on with resume", async () => {
    const project = await start(FINISHES);
    const { rig } = project;
    const dir = join(rig.env.HOME!, "deaf");
    mkdirSync(dir);
    const git = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    const hang = `[ -e ${dir}/pid ] || { trap '' TERM INT; echo $$ > ${dir}/pid; exec sleep 600; }`;
    writeFileSync(join(dir, "git"), `#!/bin/sh\ncase " $* " in *" index-pack "*) ${hang};; esac\nexec ${git} "$@"\n`, {
      mode: 0o755,
    });
    const child = rig.start("conductor", RUN, { env: { PATH: `${dir}${delimiter}${rig.env.PATH}` } });
    child.stdin!.end();
    const end = ended(child);
    const pid = (): number => Number(existsSync(join(dir, "pid")) && readFileSync(join(dir, "pid"), "utf8"));
    try {
      await expect.poll(pid, { timeout: 60_000 }).toBeGreaterThan(0);
      child.kill("SIGINT");
      // Two that come at the same moment are one.
      await sleep(500);
      expect(child.exitCode).toBeNull();
      child.kill("SIGINT");
      expect((await end).code).toBe(130);
      // Nobody has waited for it.
      expect(isRunning({ pid: pid() })).toBe(true);
      await proveResumed(project);
    } finally {
      if (pid() > 0) process.kill(pid(), "SIGKILL");
    }
  }, 400_000);

  it("in the background shows in status, keeps a second run away, and goes on with resume", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
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
  });

  it("with --now kills what is deaf to being asked, and goes on with resume", async () => {
    const project = await start(DEAF);
    const child = project.rig.start("conductor", RUN);
    child.stdin!.end();
    const end = ended(child);
    await untilItHangs(project);
    const stopped = await project.conductor("stop", "--now", "--json");
    expect(JSON.parse(stopped.stdout).data, stopped.stderr).toEqual({
      session: "run-1",
      mode: "now",
      stopped: true,
      killed: false,
    });
    expect((await end).code).toBe(14);
    // A git that reads objects ends with its input, a moment after conductor.
    await expect.poll(() => leftovers(project.rig.env.HOME!), { timeout: 10_000 }).toEqual([]);
    await proveKept(project);
  }, 400_000);

  it("with --now is killed itself when it does not answer, with all it started, and goes on with resume", async () => {
    const project = await start(DEAF);
    const child = project.rig.start("conductor", RUN);
    child.stdin!.end();
    const end = ended(child);
    await untilItHangs(project);
    process.kill(child.pid!, "SIGSTOP");
    const stopped = await project.conductor("stop", "--now");
    expect(stopped.stdout).toBe("run-1 did not answer and was killed; conductor resume takes up what it was at.\n");
    expect((await end).code).toBe(137);
    await expect.poll(() => leftovers(project.rig.env.HOME!), { timeout: 10_000 }).toEqual([]);
    const status = await project.conductor("status");
    expect(status.stdout).toMatch(
      /^run-1 {3}STOPPED at [^\n]*: killed with stop --now [^\n]*\nTo go on: conductor resume/,
    );
    await proveResumed(project);
    proveSaved(project);
  }, 400_000);

  it("with --after-task ends what runs, begins nothing new, and leaves the rest to resume", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const slow = ["Write alpha", "Write beta"].map((title) =>
      agentScript(title)
        .writes(`${title.slice(6)}.txt`, "a\n")
        .runs("echo made:$(git rev-parse HEAD)")
        .sleeps(3000)
        .finishes(),
    );
    const project = await start(scenarioOf(slow));
    const { conductor, rig, git } = project;
    await rig.data("add", "Write beta", "--after", "TASK-001");
    const child = rig.start("conductor", RUN);
    child.stdin!.end();
    const end = ended(child);
    await untilItHangs(project);
    const stopped = await conductor("stop", "--after-task");
    expect(stopped.stdout).toBe("run-1 begins nothing new, and stops when what runs has come to its end.\n");
    expect((await end).code).toBe(14);
    expect(git("log", "--format=%s", "main..conductor/main")).toBe("feat: Write alpha");
    expect(await rig.data("list", "--all")).toMatchObject([{ status: "todo", claim: null }, { status: "done" }]);
    expect((await conductor("resume", "--allow-unsandboxed", "--json")).code).toBe(0);
    expect(git("show", "conductor/main:beta.txt")).toBe("a");
  });

  it("is stopped in one way at a time", async () => {
    const project = await start();
    const both = await project.conductor("stop", "--now", "--after-task");
    expect(both).toMatchObject({ code: 2, stdout: "" });
    expect(both.stderr).toContain("not both");
  });
});
