import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { addTasks, dataOf, keepProjects, makeProject, PLAIN, type Project } from "./project.ts";

const RUN = ["run", "--auto", "--budget", "1", "--allow-unsandboxed", "--json"];
const test = (name: string, body: string): string =>
  `import assert from "node:assert/strict";\nimport { test } from "node:test";\ntest(${JSON.stringify(name)}, () => { ${body} });\n`;

interface TaskOfReport {
  readonly title: string;
  readonly state: string;
  readonly reason: string | null;
  readonly landed: { readonly receipts: readonly Record<string, unknown>[] } | null;
}

describe("the base that a run starts from", () => {
  const keep = keepProjects();
  const start = async (
    files: Readonly<Record<string, string>>,
    scenario: Parameters<typeof makeProject>[1],
    ...titles: readonly string[]
  ): Promise<Project & { readonly tasks: () => Promise<ReadonlyMap<string, TaskOfReport>> }> => {
    const project = keep(await makeProject(files, scenario));
    await addTasks(project.rig, titles);
    const tasks = async () => {
      const report = dataOf<{ tasks: readonly TaskOfReport[] }>(await project.conductor("report", "--json"));
      return new Map(report.tasks.map((task) => [task.title, task]));
    };
    return { ...project, tasks };
  };

  it("may be red: what failed before does not count, what fails anew does", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const { conductor, git, tasks } = await start(
      { ...PLAIN, "old.test.js": test("old and broken", "assert.equal(1, 2);") },
      scenarioOf([
        agentScript("Honest")
          .writes("new.js", "export const two = () => 2;\n")
          .writes(
            "new.test.js",
            `${test("new", "assert.equal(two(), 2);").replace("\n", '\nimport { two } from "./new.js";\n')}`,
          )
          .writes("idle.test.js", test("proves nothing", "assert.ok(true);"))
          .finishes(),
        agentScript("Breaker").writes("bad.test.js", test("bad", "assert.equal(1, 2);")).finishes("all green"),
      ]),
      "Honest",
      "Breaker",
    );
    const refused = await conductor(...RUN, "--require-green-base");
    expect(refused.code, refused.stdout).toBe(4);
    expect(refused.stdout).toContain("does not pass its own gates");
    expect(git("branch", "--list", "conductor/*")).toBe("");

    const ran = await conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(14);
    const report = await tasks();
    expect(report.get("Honest")).toMatchObject({ state: "landed" });
    expect(report.get("Breaker")).toMatchObject({ state: "failed", landed: null });
    expect(report.get("Breaker")!.reason).toContain("1 of them new");
    expect(report.get("Honest")!.landed!.receipts.find(({ gate }) => gate === "test")).toMatchObject({
      result: "pass",
      failed: ["old and broken"],
    });
    const stdout = (await conductor("report")).stdout.replace(/\s+/g, " ");
    expect(stdout).toContain("old and broken fails, as it did before");
    expect(stdout).toContain("1 of 2 new tests pass without the work: proves nothing");
  });

  it("may have no gates: the first task that brings some is shown, and they judge what comes after", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const { conductor, rig, tasks, git } = await start(
      { "readme.md": "nothing\n" },
      scenarioOf([
        agentScript("Bring tests")
          .writes("package.json", `${JSON.stringify({ type: "module", scripts: { test: "node --test" } })}\n`)
          .writes("first.test.js", test("first", "assert.ok(true);"))
          .finishes(),
        agentScript("Bring nothing").writes("a.js", "export const a = 1;\n").finishes(),
        agentScript("Later and red").writes("later.test.js", test("later", "assert.ok(false);")).finishes(),
      ]),
      "Bring tests",
      "Bring nothing",
    );
    const ran = await conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(11);
    expect((await conductor("inbox")).stdout).toContain("package.json");
    expect((await tasks()).get("Bring nothing")).toMatchObject({ state: "failed", landed: null });
    expect((await conductor("approve", "A1")).code).toBe(0);
    const resumed = await conductor("resume", "--allow-unsandboxed", "--json");
    expect((await tasks()).get("Bring tests"), resumed.stdout + resumed.stderr).toMatchObject({ state: "landed" });

    await rig.taskwerk("add", "Later and red");
    expect((await conductor(...RUN)).code).toBe(14);
    expect((await tasks()).get("Later and red")).toMatchObject({ state: "failed", landed: null });
    expect(git("ls-tree", "--name-only", "conductor/main")).not.toContain("later.test.js");
  });

  it("is merged from both sides when the target and what has landed went apart", async () => {
    const { conductor, git, rig } = await start(
      PLAIN,
      scenarioOf([
        agentScript("One").writes("one.txt", "1\n").finishes(),
        agentScript("Two").writes("two.txt", "2\n").finishes(),
      ]),
      "One",
    );
    expect((await conductor(...RUN)).code).toBe(0);
    const landed = git("rev-parse", "conductor/main");
    writeFileSync(join(rig.dir, "mine.txt"), "mine\n");
    git("add", "mine.txt");
    git("commit", "-qm", "feat: mine");
    const main = git("rev-parse", "main");
    await rig.taskwerk("add", "Two");
    const dry = await conductor(...RUN, "--dry-run");
    expect(dry.code, dry.stdout + dry.stderr).toBe(0);
    expect(JSON.parse(dry.stdout).data.preflight).toMatchObject({
      branch: "main",
      base: main,
      landsOn: "conductor/main",
      agent: { id: "command", paidBy: "nobody (scripted)" },
      limits: { budgetUsd: 1, concurrency: 2 },
      gates: expect.arrayContaining([
        expect.objectContaining({ gate: "test", result: "pass", durationMs: expect.any(Number) }),
      ]),
    });
    expect(git("rev-parse", "conductor/main")).toBe(landed);
    expect((await conductor(...RUN)).code).toBe(0);
    expect(git("rev-parse", "main")).toBe(main);
    expect(git("ls-tree", "--name-only", "conductor/main").split("\n")).toEqual(
      expect.arrayContaining(["mine.txt", "one.txt", "two.txt"]),
    );
    expect(git("rev-parse", "conductor/main^^1", "conductor/main^^2").split("\n")).toEqual([landed, main]);

    // It is the user's to take, or conductor's where nobody has it checked out.
    expect((await conductor("deliver")).stdout).toContain("git merge --ff-only conductor/main");
    expect(git("rev-parse", "main")).toBe(main);
    git("checkout", "-q", "--detach");
    expect((await conductor("deliver", "--dry-run")).stdout).toContain("would move up");
    // A rule of the user's own is asked before it is moved.
    const rule = (effect: string): Promise<unknown> =>
      conductor(
        "config",
        "set",
        "policy.rules",
        JSON.stringify([{ name: "mine", effect, kinds: ["publish"], targets: ["main"] }]),
      );
    for (const [effect, code, text] of [
      ["deny", "POLICY_UNMET", "main is not to be moved, by mine"],
      ["ask", "CONFIRMATION_REQUIRED", "main was not moved: mine asks first"],
    ] as const) {
      await rule(effect);
      const refused = await conductor("deliver", "--json");
      expect([refused.code, JSON.parse(refused.stdout).error.code], refused.stdout).toEqual([4, code]);
      expect(JSON.parse(refused.stdout).error.message).toContain(text);
    }
    expect((await conductor("deliver", "--yes")).code).toBe(0);
    expect(git("rev-parse", "main")).toBe(git("rev-parse", "conductor/main"));
    expect((await conductor("deliver")).stdout).toContain("has all that has landed already");
  }, 400_000);

  it("is what judges, until somebody agrees to other gates; a tool that is not there is no agent's fault", async () => {
    const withLint = JSON.stringify({ type: "module", scripts: { test: "node --test", lint: "no-such-linter" } });
    const { conductor, tasks, git } = await start(
      PLAIN,
      scenarioOf([agentScript("Lint").writes("package.json", `${withLint}\n`).finishes()]),
      "Lint",
    );
    expect((await conductor(...RUN)).code).toBe(11);
    expect((await conductor("approve", "A1")).code).toBe(0);
    // A rule about command lines holds for those that the work brings, and what the run began with was asked about before.
    const about = (effect: string, commands: string): Promise<unknown> =>
      conductor(
        ...["config", "set", "policy.rules"],
        JSON.stringify([{ name: "mine", effect, kinds: ["command"], commands: [commands] }]),
      );
    for (const [effect, commands] of [
      ["deny", "*test*"],
      ["ask", "*test*"],
    ] as const) {
      await about(effect, commands);
      const refused = await conductor("resume", "--allow-unsandboxed", "--json");
      expect([refused.code, JSON.parse(refused.stdout).error], refused.stdout).toMatchObject([
        4,
        { code: "POLICY_UNMET", message: expect.stringContaining("a command line is not allowed by mine") },
      ]);
    }
    await about("ask", "*lint*");
    expect((await conductor("resume", "--allow-unsandboxed", "--json")).code).toBe(11);
    expect((await conductor("inbox", "A2")).stdout).toMatch(/mine: .*lint/);
    expect((await conductor("approve", "A2")).code).toBe(0);
    const resumed = await conductor("resume", "--allow-unsandboxed", "--json");
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(14);
    const lint = (await tasks()).get("Lint")!;
    expect(lint).toMatchObject({ state: "blocked", landed: null });
    expect(lint.reason).toContain("lint was not run");
    expect(git("show", "conductor/main:package.json")).not.toContain("no-such-linter");
  }, 400_000);
});
