import { readFileSync } from "node:fs";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { ended, firstLine } from "../rig.ts";
import { addTasks, keepProjects, makeProject, type Project, QUICK } from "./project.ts";

const SCENARIO = scenarioOf([
  agentScript("Choose a colour")
    .asks("Which colour?", { options: ["red", "blue"], default: "red", as: "colour" })
    .writes("colour.txt", "{{colour}}\n")
    .finishes(),
  agentScript("Choose a shape")
    .asks("Which shape?", { options: ["round", "square"], default: "round", reversible: true, as: "shape" })
    .writes("shape.txt", "{{shape}}\n")
    .finishes(),
  agentScript("Write a text").writes("text.txt", "text\n").finishes(),
  agentScript("Add a migration")
    .writes("migrations/001.sql", "drop table users;\n")
    .finishes()
    // It does the right thing only when the note is in the brief.
    .on({ rework: true })
    .runs('grep -q "keep the users" "$CONDUCTOR_BRIEF"', "ok")
    .writes("migrations/001.sql", "alter table users add name text;\n")
    .finishes(),
  agentScript("Take long").writes("long.txt", "long\n").sleeps(60_000).finishes(),
]);
const RUN = ["orchestrate", "run", "--auto", "--allow-unsandboxed", "--budget", "1", "--json"];

describe("a run and its people", () => {
  const keep = keepProjects();
  const start = async (...titles: readonly string[]): Promise<Project> => {
    const project = keep(await makeProject(QUICK, SCENARIO));
    await addTasks(project.rig, titles);
    return project;
  };

  it("puts a question down when nobody answers, and goes on with the answer", async () => {
    const { conductor, git } = await start("Choose a colour", "Write a text");
    const ran = await conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(11);
    expect(JSON.parse(ran.stdout).data.end).toEqual({ kind: "waiting", decisions: ["Q1"] });
    expect(git("ls-tree", "--name-only", "conductor/main")).toContain("text.txt");
    expect((await conductor("inbox")).stdout).toContain("Which colour?");

    const [first, second] = await Promise.all([
      conductor("answer", "Q1", "2", "--json"),
      conductor("answer", "Q1", "red", "--json"),
    ]);
    expect([first.code, second.code].sort()).toEqual([0, 8]);
    expect((await conductor("log", "TASK-001")).stdout).toMatch(/ answered Q1 "(?:red|blue)" by=/);
    expect((await conductor("status")).stdout).toMatch(
      /^run-1 .*: Q1 is answered +it goes on when you say so\nTo go on: conductor resume(?: --allow-unsandboxed)?$/m,
    );
    const answer = JSON.parse([first, second].find(({ code }) => code === 0)!.stdout).data.answer;
    const resumed = await conductor("resume", "--allow-unsandboxed", "--json");
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    // Also what had landed before it was resumed.
    expect(JSON.parse(resumed.stdout).data.end).toEqual({ kind: "finished", landed: 2, unlanded: 0 });
    expect(git("show", "conductor/main:colour.txt")).toBe(answer);
  }, 400_000);

  it("keeps its one card when it is killed while it waits", async () => {
    const { conductor, git, rig } = await start("Choose a colour");
    const open = async (): Promise<unknown> =>
      JSON.parse((await conductor("inbox", "--json")).stdout).data?.cards?.map(({ id }: { readonly id: string }) => id);
    const child = rig.start("conductor", [...RUN, "--wait", "5m"]);
    child.stdin!.end();
    const end = ended(child);
    await expect.poll(open, { timeout: 60_000, interval: 300 }).toEqual(["Q1"]);
    child.kill("SIGKILL");
    await end;
    const waits = await conductor("resume", "--allow-unsandboxed", "--json");
    expect(JSON.parse(waits.stdout).data, waits.stderr).toMatchObject({ exit: 11, end: { decisions: ["Q1"] } });
    expect(await open()).toEqual(["Q1"]);
    expect((await conductor("answer", "Q1", "2")).code).toBe(0);
    const resumed = await conductor("resume", "--allow-unsandboxed", "--json");
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(git("show", "conductor/main:colour.txt")).toBe("blue");
    expect(await open()).toEqual([]);
  }, 400_000);

  it("asks for no second approval of the same when it is killed while it waits", async () => {
    const { conductor, git, rig } = await start("Add a migration");
    const open = async (): Promise<unknown> =>
      JSON.parse((await conductor("inbox", "--json")).stdout).data?.cards?.map(({ id }: { readonly id: string }) => id);
    const child = rig.start("conductor", [...RUN, "--wait", "5m"]);
    child.stdin!.end();
    const end = ended(child);
    await expect.poll(open, { timeout: 60_000, interval: 300 }).toEqual(["A1"]);
    child.kill("SIGKILL");
    await end;
    const waits = await conductor("resume", "--allow-unsandboxed", "--json");
    expect(JSON.parse(waits.stdout).data, waits.stderr).toMatchObject({ exit: 11, end: { decisions: ["A1"] } });
    expect((await conductor("approve", "A1")).code).toBe(0);
    const resumed = await conductor("resume", "--allow-unsandboxed", "--json");
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(git("show", "conductor/main:migrations/001.sql")).toBe("drop table users;");
  }, 400_000);

  it("sends rejected work back with the note, and lands what is approved then", async () => {
    const { conductor, git } = await start("Add a migration");
    const asked = await conductor(...RUN);
    expect(JSON.parse(asked.stdout).data, asked.stderr).toMatchObject({ exit: 11, end: { decisions: ["A1"] } });
    expect(git("rev-list", "--count", "main..conductor/main")).toBe("0");
    const review = (await conductor("review", "A1")).stdout;
    for (const words of ["A1 (open)", "migrations/001.sql", "+drop table users;", "database_migrations"])
      expect(review).toContain(words);
    expect((await conductor("reject", "A1", "--note", "keep the users")).code).toBe(0);
    const again = await conductor("resume", "--allow-unsandboxed", "--json");
    expect(JSON.parse(again.stdout).data, again.stderr).toMatchObject({ exit: 11, end: { decisions: ["A2"] } });
    const late = await conductor("approve", "A1", "--json");
    expect(late.code).toBe(8);
    expect(JSON.parse(late.stdout).error).toMatchObject({ code: "DECISION_CLOSED" });
    expect((await conductor("approve", "A2")).code).toBe(0);
    const resumed = await conductor("resume", "--allow-unsandboxed", "--json");
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(git("show", "conductor/main:migrations/001.sql")).toBe("alter table users add name text;");
  }, 400_000);

  it("goes on with a reversible question's default where that is allowed, and says what was assumed", async () => {
    const { conductor, git } = await start("Choose a shape");
    expect((await conductor("config", "set", "decisions.assume", "reversible")).code).toBe(0);
    const ran = await conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(git("show", "conductor/main:shape.txt")).toBe("round");
    expect(git("log", "-1", "--format=%b", "conductor/main")).toContain("[ASSUMED] Which shape? round");
    expect((await conductor("report")).stdout).toContain("1 thing was assumed");
    expect((await conductor("answer", "Q1", "square", "--json")).code).toBe(8);
  }, 400_000);

  it("leaves alone what somebody has claimed, and says who and until when", async () => {
    const { rig, conductor } = await start("Write a text", "Choose a shape");
    await rig.taskwerk("claim", "TASK-002", "--as", "bob");
    const ran = await conductor(...RUN.slice(0, -1));
    expect(ran.code, ran.stdout + ran.stderr).toBe(14);
    const held = /claimed by bob until (?:\w{3} )?\d\d:\d\d$/m;
    expect(ran.stdout).toMatch(new RegExp(`Finished: 1 landed, 1 not\\.\n  TASK-002  ${held.source}`, "m"));
    const why = await conductor("why", "TASK-002");
    expect(why.stdout).toMatch(held);
    expect(why.stdout).toContain("taskwerk show TASK-002");
    // What was seen once is asked for again as soon as it is released.
    for (let n = 0; n < 2; n += 1) expect((await conductor("status")).stdout).toMatch(held);
    await rig.taskwerk("release", "TASK-002", "--force");
    expect((await conductor("status")).stdout).not.toContain("claimed by");
    expect((await conductor("why", "TASK-002", "--json")).stdout).toContain('"claim":null');
  }, 400_000);

  it("stops from another terminal and keeps everything", async () => {
    const { conductor, git, rig } = await start("Take long", "Write a text");
    const started = await conductor("start", "--allow-unsandboxed", "--budget", "1", "--json");
    expect(started.code, started.stdout + started.stderr).toBe(0);
    expect(JSON.parse(started.stdout).data.session).toBe("run-1");
    for (let look = 0; look < 100; look += 1) {
      if (JSON.parse((await conductor("status", "--json")).stdout).data.counts.landed === 1) break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    const stopped = await conductor("stop", "--reason", "enough", "--json");
    const log = readFileSync(JSON.parse(started.stdout).data.log, "utf8");
    expect(JSON.parse(stopped.stdout).data, stopped.stdout + stopped.stderr + log).toMatchObject({
      session: "run-1",
      stopped: true,
    });
    const tasks = await rig.data<readonly { title: string; status: string }[]>("list", "--all");
    expect(Object.fromEntries(tasks.map(({ title, status }) => [title, status]))).toEqual({
      "Take long": "todo",
      "Write a text": "done",
    });
    const kept = git("for-each-ref", "--format=%(refname)", "refs/conductor/salvage").split("\n").filter(Boolean);
    expect(kept.map((ref) => git("show", `${ref}:long.txt`))).toEqual(["long"]);
    expect((await conductor("stop", "--json")).code).toBe(3);
  }, 400_000);

  it("ends with 130 at Ctrl-C, in order", async () => {
    const { rig, conductor } = await start("Take long");
    const child = rig.start("conductor", ["orchestrate", "run", "--auto", "--allow-unsandboxed", "--budget", "1"]);
    child.stdin!.end();
    const end = ended(child);
    await firstLine(child);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    child.kill("SIGINT");
    expect((await end).code).toBe(130);
    expect(JSON.parse((await conductor("status", "--json")).stdout).data.session.status).toBe("paused");
  }, 400_000);
});
