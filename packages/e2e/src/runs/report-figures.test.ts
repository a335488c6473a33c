import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { addTasks, dataOf, keepProjects, makeProject } from "./project.ts";
import { expectFigures, exportedEvents } from "./report-figures.ts";

const HEAD = 'import assert from "node:assert/strict";\nimport { test } from "node:test";\n';
const SUMS = 'test("adds", () => assert.equal(add(1, 2), 3));\n';
const MORE = 'test("adds more", () => assert.equal(add(2, 2), 4));\n';
/** Three lines, of which a run reaches the first; the last is only a brace. */
const UNUSED = "export function unused() {\n  return 1;\n}\n";
const FILES = {
  "package.json": `${JSON.stringify({ name: "sums", type: "module", scripts: { test: "node --test" } })}\n`,
  "src/add.js": `export const add = (a, b) => a + b;\n${UNUSED}`,
  "test/add.test.js": `${HEAD}import { add } from "../src/add.js";\n${SUMS}${MORE}`,
};
const DOUBLE = `export const double = (n) => n * 2;\n${[2, 3, 4, 5, 6, 7, 8].map((n) => `export const n${n} = ${n};\n`).join("")}${UNUSED}`;

const SCENARIO = scenarioOf([
  agentScript("Double")
    .writes("src/double.js", DOUBLE)
    .writes(
      "test/double.test.js",
      `${HEAD}import { double } from "../src/double.js";\ntest("doubles", () => assert.equal(double(2), 4));\n`,
    )
    .writes("test/idle.test.js", `${HEAD}test("proves nothing", () => assert.ok(true));\n`)
    .finishes(),
  agentScript("Picture").runs("printf 'a\\0b' > picture.bin", "ok").writes("readme.md", "one\ntwo\n").finishes(),
  agentScript("Drop a test").patches("test/add.test.js", MORE, "").finishes(),
]);

describe("the figures of a report", { tags: ["long"], timeout: 400_000 }, () => {
  const keep = keepProjects();

  it("are those of git, of the receipts and of the lists of tests; so is what somebody has reverted by hand", async () => {
    const project = keep(await makeProject(FILES, SCENARIO));
    const { conductor, git, rig } = project;
    await addTasks(rig, [
      { title: "Double" },
      { title: "Picture", after: "Double" },
      { title: "Drop a test", after: "Picture" },
    ]);
    const run = ["run", "--auto", "--allow-unsandboxed", "--budget", "1", "--concurrency", "1", "--json"];
    const waits = await conductor(...run);
    expect(waits.code, waits.stdout + waits.stderr).toBe(11);
    await expectFigures(project, await exportedEvents(project));
    expect((await conductor("approve", "A1")).code).toBe(0);
    const ran = await conductor("resume", "--allow-unsandboxed", "--json");
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    await expectFigures(project, await exportedEvents(project), [
      "test/add.test.js: 1 assertion of the base is not there any more",
    ]);
    // The same from what the story is made of: of ten lines of code that are more than a brace nobody reaches one.
    expect(dataOf(await conductor("report", "--json"))).toMatchObject({
      tests: { before: { total: 2 }, after: { total: 3 }, removed: ["adds more"], skipped: [] },
      coverage: { changedLines: { total: 10, covered: 9 } },
    });
    const text = (await conductor("report")).stdout;
    expect(text).toContain("1 of 2 in 1 task fail on the old code, 1 does not");
    expect(text).toContain("3 commits, +20 -1, 1 binary file");
    expect(text.split("\n").every((line) => line.length <= 80)).toBe(true);

    // What takes an assertion away is reverted by hand: both are counted where it is there again.
    const tip = git("rev-parse", "conductor/main");
    git("switch", "--quiet", "conductor/main");
    git("revert", "--no-edit", "HEAD");
    git("switch", "--quiet", "main");
    expect(dataOf(await conductor("report", "--json"))).toMatchObject({
      tests: { weakened: [] },
      git: { change: { commits: 4, added: 20, removed: 0 } },
    });
    git("branch", "--quiet", "--force", "conductor/main", tip);

    git("merge", "--quiet", "--ff-only", "conductor/main");
    const landed = git("log", "--format=%H", "--grep=^Task: TASK-001$", "main");
    expect((await conductor("audit", "work")).stdout).not.toContain("takes it back");
    git("revert", "--no-edit", landed);
    const [short, revert] = [landed.slice(0, 7), git("rev-parse", "HEAD")];
    const after = (await conductor("report")).stdout.replace(/\s+/g, " ");
    expect(after).toContain(`landed as ${short}, and Tester took it back on main by ${revert.slice(0, 7)}`);
    const audit = await conductor("audit", "work");
    expect(audit.code, audit.stderr).toBe(0);
    expect(audit.stdout).toContain(`TASK-001 landed as ${short}; on main ${revert.slice(0, 7)} takes it back (Tester)`);
    const made = dataOf<readonly { commit: string; revertedByHand: { commit: string } | null }[]>(
      await conductor("audit", "work", "--json"),
    );
    expect(
      made.flatMap(({ commit, revertedByHand }) => (revertedByHand === null ? [] : [[commit, revertedByHand.commit]])),
    ).toEqual([[landed, revert]]);
  });
});
