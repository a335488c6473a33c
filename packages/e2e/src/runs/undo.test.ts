import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { eachCase } from "../each-case.ts";
import { LETTER_FILES, LETTERS } from "./letters.ts";
import { addTasks, dataOf, keepProjects, makeProject, type Project } from "./project.ts";
import { RUN } from "./quick-project.ts";

const CHAIN = [
  { title: "Make alpha" },
  { title: "Make beta", after: "Make alpha" },
  { title: "Make gamma", after: "Make beta" },
];
const UNDO = ["--yes", "--allow-unsandboxed", "--json"];

interface Undo {
  readonly state: string;
  readonly reverts: readonly { readonly task: string; readonly why: string; readonly landing: string }[];
  readonly stays: readonly { readonly task: string; readonly why: string }[];
  readonly reopened: readonly string[];
}

const POINTS = ["before-event:1", "after-event:1", "after-update-ref", "after-event:2", "after-event:3"];

describe("conductor undo", () => {
  const keep = keepProjects();

  async function landed(tasks: Parameters<typeof addTasks>[1]): Promise<Project> {
    const project = keep(await makeProject(LETTER_FILES, LETTERS));
    await addTasks(project.rig, tasks);
    const ran = await project.conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    return project;
  }
  const statuses = async ({ rig }: Project): Promise<readonly string[]> =>
    (await rig.data<readonly { id: string; status: string }[]>("list", "--all", "--limit", "0"))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ status }) => status);
  const states = async ({ conductor }: Project): Promise<readonly string[]> =>
    dataOf<{ tasks: readonly { state: string }[] }>(await conductor("report", "--json")).tasks.map(
      ({ state }) => state,
    );
  const proveSound = async ({ conductor, git }: Project): Promise<void> => {
    const audit = await conductor("audit", "work", "--json");
    expect(audit.code, audit.stdout).toBe(0);
    expect(git("fsck", "--no-dangling")).toBe("");
    const doctor = await conductor("doctor", "--json");
    expect(doctor.stdout).not.toContain("STORE_CORRUPT");
  };

  it("takes a task back with all that stands on it, newest first, and opens the tasks again", async () => {
    const project = await landed(CHAIN);
    const { rig, git, conductor } = project;
    writeFileSync(join(rig.dir, "list.txt"), "mine\n");
    const [head, tip] = [git("rev-parse", "HEAD"), git("rev-parse", "conductor/main")];
    const index = readFileSync(join(rig.dir, ".git/index"));

    const dry = await conductor("undo", "TASK-001", "--dry-run");
    expect(dry.stdout).toMatch(/3 landed tasks would be taken back from conductor\/main/);
    expect(dry.stdout).toMatch(
      /TASK-003 .*Make gamma[\s\S]*depends on TASK-002[\s\S]*TASK-002[\s\S]*TASK-001[\s\S]*you named it/,
    );
    const asked = await conductor("undo", "TASK-001", "--json");
    expect(asked.code, asked.stdout).toBe(4);
    expect(JSON.parse(asked.stdout).error).toMatchObject({ code: "CONFIRMATION_REQUIRED" });
    expect(git("rev-parse", "conductor/main")).toBe(tip);
    expect(await statuses(project)).toEqual(["done", "done", "done"]);

    const ran = await conductor("undo", "TASK-001", ...UNDO);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const undone = dataOf<Undo>(ran);
    expect(undone).toMatchObject({ state: "undone", reopened: ["TASK-003", "TASK-002", "TASK-001"] });
    expect(undone.reverts.map(({ task }) => task)).toEqual(["TASK-003", "TASK-002", "TASK-001"]);
    // Whoever waits for all of it is not told that it is there.
    const waited = await conductor("wait");
    expect([waited.code, waited.stdout], waited.stderr).toEqual([
      14,
      expect.stringContaining("3 tasks were taken back: TASK-003, TASK-002, TASK-001"),
    ]);

    expect(
      git(
        "log",
        "--format=%s|%(trailers:key=Task,valueonly,separator=%x2c)|%(trailers:key=Reverts,valueonly,separator=%x2c)",
        "--reverse",
        `${tip}..conductor/main`,
      ).split("\n"),
    ).toEqual(
      undone.reverts.map(
        ({ task, landing }, at) => `revert: Make ${["gamma", "beta", "alpha"][at]}|${task}|${landing}`,
      ),
    );
    expect(git("log", "-1", "--format=%(trailers:key=Receipt,valueonly)", "conductor/main")).toMatch(/^\S+ pass /);
    expect(git("rev-parse", "conductor/main^{tree}")).toBe(git("rev-parse", "main^{tree}"));
    expect(git("rev-parse", "HEAD")).toBe(head);
    expect(readFileSync(join(rig.dir, ".git/index"))).toEqual(index);
    expect(git("status", "--porcelain")).toBe("M list.txt");
    git("checkout", "--", "list.txt");
    expect(await statuses(project)).toEqual(["todo", "todo", "todo"]);
    expect(await states(project)).toEqual(["to-go", "to-go", "to-go"]);
    expect((await conductor("log", "TASK-001")).stdout).toMatch(
      /undone undo-1 TASK-003 TASK-002 TASK-001 [\s\S]*reopened TASK-001/,
    );
    await proveSound(project);

    const again = await conductor("undo", "TASK-001", ...UNDO);
    expect(again.code).toBe(8);
    expect(JSON.parse(again.stdout).error).toMatchObject({
      code: "UNDO_CONFLICT",
      message: expect.stringContaining("was undone already"),
    });

    // And all of it can be done anew, on top.
    const rerun = await conductor(...RUN);
    expect(rerun.code, rerun.stdout + rerun.stderr).toBe(0);
    expect(git("rev-parse", "conductor/main^{tree}")).toBe(git("rev-parse", `${tip}^{tree}`));
    expect(await states(project)).toEqual(["landed", "landed", "landed"]);
    await proveSound(project);
  }, 400_000);

  // The intention, that the branch has moved, and each task that is open again are an event each; the gates are known.
  eachCase(POINTS, (point) => point === "after-update-ref")(
    "that is killed at %s is finished by the next call, once",
    async (point) => {
      const project = await landed(CHAIN);
      const { rig, git, conductor } = project;
      const head = dataOf<readonly { seq: number }[]>(await conductor("events", "--json")).at(-1)!.seq;
      const where = point.replace(/\d$/, (nth) => String(head + Number(nth)));
      const killed = await rig.run("conductor", ["undo", "TASK-001", ...UNDO], { env: { CONDUCTOR_FAIL_AT: where } });
      expect(killed.code, killed.stdout + killed.stderr).toBe(137);
      const ran = await conductor("undo", "TASK-001", ...UNDO);
      expect(ran.code, ran.stdout + ran.stderr).toBe(0);
      expect(dataOf<Undo>(ran).reopened.toSorted()).toEqual(["TASK-001", "TASK-002", "TASK-003"]);
      expect(git("rev-list", "--count", "main..conductor/main")).toBe("6");
      expect(git("rev-parse", "conductor/main^{tree}")).toBe(git("rev-parse", "main^{tree}"));
      expect(await statuses(project)).toEqual(["todo", "todo", "todo"]);
      await proveSound(project);
    },
    400_000,
  );

  it("that was killed is finished by the next run too", { tags: ["long"], timeout: 400_000 }, async () => {
    const project = await landed(CHAIN);
    const { rig, git, conductor } = project;
    const tree = git("rev-parse", "conductor/main^{tree}");
    const killed = await rig.run("conductor", ["undo", "TASK-001", ...UNDO], {
      env: { CONDUCTOR_FAIL_AT: "after-update-ref" },
    });
    expect(killed.code).toBe(137);
    const ran = await conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(git("rev-parse", "conductor/main^{tree}")).toBe(tree);
    expect(git("rev-list", "--count", "main..conductor/main")).toBe("9");
    expect(await statuses(project)).toEqual(["done", "done", "done"]);
    await proveSound(project);
  });

  it("takes in what changed the same lines later, though no task depends on another", async () => {
    const project = await landed([{ title: "Change the list" }]);
    const { conductor, git, rig } = project;
    await rig.data("add", "Change it again");
    expect((await conductor(...RUN)).code).toBe(0);
    const ran = await conductor("undo", "TASK-001", ...UNDO);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(dataOf<Undo>(ran).reverts.map(({ task, why }) => [task, why])).toEqual([
      ["TASK-002", "changed the same lines after TASK-001: list.txt"],
      ["TASK-001", "you named it"],
    ]);
    expect(git("show", "conductor/main:list.txt")).toBe("one\ntwo\nthree");
  }, 400_000);

  it("refuses where a person has built on top, and what it says to type works up to their decision", async () => {
    const project = await landed([{ title: "Change the list" }]);
    const { conductor, git, rig } = project;
    git("checkout", "-q", "conductor/main");
    writeFileSync(join(rig.dir, "list.txt"), "one\nTWO and a half\nthree\n");
    git("commit", "-q", "-a", "-m", "feat: by hand");
    git("checkout", "-q", "main");
    const tip = git("rev-parse", "conductor/main");
    const ran = await conductor("undo", "TASK-001", ...UNDO);
    expect(ran.code, ran.stdout).toBe(8);
    const { error } = JSON.parse(ran.stdout);
    expect(error.code).toBe("UNDO_CONFLICT");
    expect(error.message).toMatch(/"feat: by hand" by Tester changed the same lines of list.txt after TASK-001/);
    expect(error.hint).toContain("git switch -c undo/TASK-001 conductor/main");
    expect(error.hint).toContain("taskwerk reopen TASK-001");
    expect(git("rev-parse", "conductor/main")).toBe(tip);
    expect(await statuses(project)).toEqual(["done"]);
    expect(await states(project)).toEqual(["landed"]);
  }, 400_000);

  it("makes a branch where the user's own has taken it already, and moves nothing else", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const project = await landed(CHAIN);
    const { conductor, git, rig } = project;
    git("merge", "--quiet", "--ff-only", "conductor/main");
    const tip = git("rev-parse", "main");
    const refused = await conductor("undo", "TASK-002", ...UNDO);
    expect(refused.code, refused.stdout).toBe(8);
    expect(JSON.parse(refused.stdout).error.hint).toContain("conductor undo TASK-002 --as undo/TASK-002");
    const foretold = await conductor("undo", "TASK-002", "--dry-run", "--json");
    expect([foretold.code, JSON.parse(foretold.stdout).error]).toEqual([8, JSON.parse(refused.stdout).error]);
    const aside = await conductor("undo", "TASK-002", "--as", "undo/TASK-002", "--dry-run");
    expect([aside.code, aside.stdout], aside.stderr).toEqual([0, expect.stringContaining("2 landed tasks would be")]);
    git("branch", "taken");
    const taken = await conductor("undo", "TASK-002", "--as", "taken", ...UNDO);
    expect(JSON.parse(taken.stdout).error).toMatchObject({ code: "GIT_FAILED", given: "taken" });
    // Its gates are known: killed once the intention is written down, and before there is a branch.
    const head = dataOf<readonly { seq: number }[]>(await conductor("events", "--json")).at(-1)!.seq;
    const killed = await rig.run("conductor", ["undo", "TASK-002", "--as", "undo/TASK-002", ...UNDO], {
      env: { CONDUCTOR_FAIL_AT: `after-event:${head + 1}` },
    });
    expect([killed.code, git("branch", "--list", "undo/*")], killed.stdout).toEqual([137, ""]);
    const ran = await conductor("undo", "TASK-002", "--as", "undo/TASK-002", ...UNDO);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const [again, once] = [await conductor("undo", "TASK-002", "--as", "undo/TASK-002", ...UNDO), dataOf<Undo>(ran)];
    expect(dataOf<Undo>(again)).toMatchObject({ state: "branch", reverts: once.reverts });
    const other = await conductor("undo", "TASK-002", ...UNDO);
    expect(JSON.parse(other.stdout).error.hint).toContain("a branch of yours already: undo/TASK-002");
    expect([git("rev-parse", "main"), git("rev-parse", "conductor/main")]).toEqual([tip, tip]);
    git("merge", "--quiet", "--ff-only", "undo/TASK-002");
    expect(git("ls-tree", "--name-only", "HEAD").split("\n")).toContain("alpha.js");
    expect(git("ls-tree", "--name-only", "HEAD").split("\n")).not.toContain("beta.js");
    // Nobody has written it down yet, and what is said is so all the same.
    expect(await statuses(project)).toEqual(["done", "done", "done"]);
    expect(await states(project)).toEqual(["landed", "to-go", "to-go"]);
    expect(dataOf<{ counts: unknown }>(await conductor("status", "--json")).counts).toMatchObject({ landed: 1 });
    expect((await conductor("why", "TASK-002")).stdout).toContain("undone by tester (undo-2)");
    const dry = await conductor("undo", "TASK-002", "--dry-run");
    expect(dry.stderr).toMatch(/was undone already, by tester[\s\S]*conductor undo TASK-002\n/);
    expect(dataOf<readonly { type: string }[]>(await conductor("events", "--json")).at(-1)!.type).toBe(
      "rollback.given",
    );

    const opened = await conductor("undo", "TASK-002", ...UNDO);
    expect(opened.code, opened.stdout + opened.stderr).toBe(0);
    expect(dataOf<Undo>(opened)).toMatchObject({ state: "undone", reopened: ["TASK-003", "TASK-002"] });
    expect(await statuses(project)).toEqual(["done", "todo", "todo"]);
    expect((await states(project)).toSorted()).toEqual(["landed", "to-go", "to-go"]);
    await proveSound(project);

    // A run writes it down as well, and does it anew.
    expect((await conductor(...RUN)).code).toBe(0);
    git("merge", "--quiet", "--ff-only", "conductor/main");
    expect((await conductor("undo", "TASK-003", "--as", "mine", ...UNDO)).code).toBe(0);
    git("merge", "--quiet", "--ff-only", "mine");
    const rerun = await conductor(...RUN);
    expect(rerun.code, rerun.stdout + rerun.stderr).toBe(0);
    expect(git("ls-tree", "--name-only", "conductor/main").split("\n")).toContain("gamma.js");
    expect(await states(project)).toEqual(["landed", "landed", "landed"]);
    await proveSound(project);
  });

  it("finds nothing to take back where it was reverted by hand, and the dry run says the same", async () => {
    const project = await landed([{ title: "Make alpha" }]);
    const { conductor, git } = project;
    const refusals = async (): Promise<readonly string[]> => {
      const told = [];
      for (const flags of [["--dry-run", "--json"], UNDO, ["--as", "mine", "--dry-run", "--json"]]) {
        const ran = await conductor("undo", "TASK-001", ...flags);
        const { code, message, hint } = JSON.parse(ran.stdout).error;
        told.push(`${ran.code} ${code} ${message} ${hint}`);
      }
      return told;
    };
    const nothing = expect.stringMatching(
      /^8 UNDO_CONFLICT nothing of TASK-001 is there any more: .* taskwerk reopen TASK-001$/,
    );
    const [tip, start] = [git("rev-parse", "conductor/main"), git("rev-parse", "main")];
    git("switch", "--quiet", "conductor/main");
    git("revert", "--no-edit", "HEAD");
    git("switch", "--quiet", "main");
    expect(await refusals()).toEqual([nothing, nothing, nothing]);
    // The same on the branch that has taken it, where the other still has the work.
    git("branch", "--quiet", "--force", "conductor/main", tip);
    git("merge", "--quiet", "--ff-only", "conductor/main");
    git("revert", "--no-edit", "HEAD");
    expect(await refusals()).toEqual([nothing, nothing, nothing]);
    expect(git("rev-parse", "main^{tree}")).toBe(git("rev-parse", `${start}^{tree}`));
    expect(git("branch", "--list", "mine")).toBe("");
    expect(await statuses(project)).toEqual(["done"]);
  }, 400_000);

  it("keeps in salvage what does not pass its gates, and moves nothing", async () => {
    const project = await landed([{ title: "Make alpha" }]);
    const { conductor, git, rig } = project;
    await rig.data("add", "Make beta");
    expect((await conductor(...RUN)).code).toBe(0);
    const tip = git("rev-parse", "conductor/main");
    const ran = await conductor("undo", "TASK-001", ...UNDO);
    expect(ran.code, ran.stdout).toBe(4);
    const { error } = JSON.parse(ran.stdout);
    expect(error.message).toMatch(/what is left without TASK-001 does not pass its gates: lint/);
    expect(git("rev-parse", "conductor/main")).toBe(tip);
    expect(await statuses(project)).toEqual(["done", "done"]);
    const shown = await conductor("salvage", "show", error.details.salvage);
    expect(shown.code, shown.stdout + shown.stderr).toBe(0);
    expect(git("ls-tree", "--name-only", `refs/conductor/salvage/${error.details.salvage}`).split("\n")).not.toContain(
      "alpha.js",
    );
    await proveSound(project);

    // As a branch it is as red, and nothing is made but what is kept; what it says to type leads to the end.
    git("merge", "--quiet", "--ff-only", "conductor/main");
    const aside = await conductor("undo", "TASK-001", "--as", "undo/TASK-001", ...UNDO);
    expect(aside.code, aside.stdout).toBe(4);
    expect(git("branch", "--list", "undo/*")).toBe("");
    const typed = (JSON.parse(aside.stdout).error.hint as string).split("\n").map((line) => line.split(/: +/)[1]!);
    expect(readFileSync(typed[0]!, "utf8")).toContain("beta needs alpha");
    const [shows, restores, reopens] = typed.slice(1).map((line) => line.split(" ").slice(1));
    expect((await conductor(...shows!)).stdout).toContain("beta.js");
    const restored = dataOf<{ branch: string }>(await conductor(...restores!, "--json"));
    git("switch", "--quiet", restored.branch);
    git("rm", "--quiet", "beta.js");
    git("commit", "--quiet", "-m", "fix: beta goes too");
    git("switch", "--quiet", "main");
    git("merge", "--quiet", "--ff-only", restored.branch);
    expect((await rig.taskwerk(...reopens!)).code).toBe(0);
    expect(await statuses(project)).toEqual(["todo", "done"]);
  }, 400_000);

  it("undoes of a session what nothing outside of it depends on, and says what stays", async () => {
    const project = await landed([{ title: "Make alpha" }, { title: "Change the list" }]);
    const { conductor, git, rig } = project;
    await rig.data("add", "Make beta", "--after", "TASK-001");
    expect((await conductor(...RUN)).code).toBe(0);
    const ran = await conductor("undo", "--session", "run-1", ...UNDO);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const undone = dataOf<Undo>(ran);
    expect(undone.reverts.map(({ task }) => task)).toEqual(["TASK-002"]);
    expect(undone.stays).toEqual([{ task: "TASK-001", why: "TASK-003, which stays, depends on it" }]);
    expect(git("show", "conductor/main:list.txt")).toBe("one\ntwo\nthree");
    expect(await statuses(project)).toEqual(["done", "todo", "done"]);
  }, 400_000);

  it("names the tasks under one that an agent had tried before it was split, however it is typed", async () => {
    const alpha = agentScript("Make alpha").writes("alpha.js", "export const alpha = 1;\n").finishes();
    const project = keep(await makeProject(LETTER_FILES, scenarioOf([agentScript("Make all").finishes(), alpha])));
    const { conductor, rig } = project;
    await addTasks(rig, [{ title: "Make all" }]);
    expect((await conductor(...RUN)).code).toBe(14);
    await conductor("unblock", "TASK-001");
    await rig.data("add", "Make alpha", "--parent", "TASK-001");
    const ran = await conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    for (const word of ["TASK-001", "1"]) {
      const { error } = JSON.parse((await conductor("undo", word, "--dry-run", "--json")).stdout);
      expect(error).toMatchObject({ code: "USAGE", details: { landed: ["TASK-001.1"] } });
      expect(error.message).toBe(
        "TASK-001 is a group, and work is taken back task by task: of its tasks TASK-001.1 has landed",
      );
    }
    expect((await conductor("undo", "1.1", "--dry-run", "--json")).code).toBe(0);
  }, 400_000);

  it("refuses what has not landed, what it does not know, and a taskwerk that is away; nothing is changed", async () => {
    const project = await landed([{ title: "Make alpha" }]);
    const { conductor, git, rig } = project;
    mkdirSync(join(rig.dir, "sub"));
    const tip = git("rev-parse", "conductor/main");
    const refusal = async (...args: readonly string[]): Promise<string> => {
      const ran = await conductor("undo", ...args);
      expect(git("rev-parse", "conductor/main")).toBe(tip);
      return `${ran.code} ${JSON.parse(ran.stdout).error.code}`;
    };
    expect(await refusal("TASK-009", ...UNDO)).toBe("3 TASK_NOT_FOUND");
    expect(await refusal("--session", "run-9", ...UNDO)).toBe("3 SESSION_NOT_FOUND");
    expect(await refusal(...UNDO)).toBe("2 USAGE");
    expect(await refusal("TASK-001", "--use-taskwerk", "http://127.0.0.1:9", ...UNDO)).toMatch(
      /^7 TASKWERK_UNREACHABLE|^4 /,
    );
    expect(await statuses(project)).toEqual(["done"]);
  }, 400_000);
});
