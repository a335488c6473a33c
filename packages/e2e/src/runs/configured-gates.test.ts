/** Gates that a repository writes down: they judge as they are committed, and who changes them asks a person. */
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { addTasks, dataOf, keepProjects, makeProject } from "./project.ts";

const RUN = ["orchestrate", "run", "--auto", "--allow-unsandboxed", "--budget", "1", "--json"];
const GATES = "gates:\n  - id: scan\n    run: sh scan.sh\n    parse: sarif\n    report: out.sarif\n    phase: merged\n";
const FILES = {
  "package.json": `${JSON.stringify({ name: "scanned", private: true, scripts: { lint: "true" } }, null, 2)}\n`,
  ".conductor.yml": GATES,
  // One error for each file with a word that must not be there; no report at all where somebody asks for none.
  "scan.sh": `test -e quiet.txt && exit 0
results=$(grep -ls forbidden ./*.txt | sed 's/.*/{"level":"error","ruleId":"word","message":{"text":"in &"}},/')
echo '{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"scan"}},"results":['"\${results%,}"']}]}' > out.sarif
`,
};
const SCENARIO = scenarioOf([
  agentScript("Write well").writes("good.txt", "fine\n").finishes(),
  agentScript("Write badly").writes("bad.txt", "forbidden\n").finishes(),
  agentScript("Say nothing").writes("quiet.txt", "\n").finishes(),
  agentScript("Loosen").writes(".conductor.yml", `${GATES}    required: false\n`).finishes(),
]);

describe("gates in .conductor.yml", () => {
  const keep = keepProjects();

  it("are shown, judge what would land, and let nothing through without their report", async () => {
    const { conductor, git, rig } = keep(await makeProject(FILES, SCENARIO));
    await conductor("trust", "--yes");
    const doctor = (await conductor("doctor")).stdout.replace(/\s+/g, " ");
    expect(doctor).toContain("gate lint npm run lint; package.json scripts.lint");
    expect(doctor).toContain(
      "gate scan sh scan.sh, read as sarif from out.sarif, on what would land only; gates in .conductor.yml",
    );
    await addTasks(rig, [{ title: "Write well" }, { title: "Write badly" }, { title: "Say nothing" }]);
    const ran = await conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).not.toBe(0);
    expect(git("ls-tree", "-r", "--name-only", "conductor/main").split("\n")).toEqual(
      expect.not.arrayContaining(["bad.txt", "quiet.txt"]),
    );
    expect(git("show", "conductor/main:good.txt")).toBe("fine");
    const log = (await conductor("events", "--json")).stdout;
    expect(log).toContain("1 error: word in ./bad.txt");
    expect(log).toContain("the report out.sarif was not written");
  }, 400_000);

  it("run by what a landing changes on the tip, not by what landed there since the work began", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const gate = (id: string): string =>
      `  - id: ${id}\n    run: "true"\n    parse: exit\n    when: ["${id}/**"]\n    phase: merged\n`;
    const files = { ...FILES, ".conductor.yml": `gates:\n${gate("left")}${gate("right")}` };
    // The one is still at it when the other lands.
    const scenario = scenarioOf([
      agentScript("Turn left").writes("left/a.txt", "a\n").finishes(),
      agentScript("Turn right").writes("right/b.txt", "b\n").sleeps(6_000).finishes(),
    ]);
    const { conductor, git, rig } = keep(await makeProject(files, scenario));
    await conductor("trust", "--yes");
    await addTasks(rig, ["Turn left", "Turn right"]);
    const ran = await conductor(...RUN, "--concurrency", "2");
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(git("log", "--format=%s", "main..conductor/main").split("\n")).toEqual([
      "feat: Turn right",
      "feat: Turn left",
    ]);
    const { tasks } = dataOf<{
      tasks: readonly { title: string; landed: { receipts: readonly { gate: string }[] } }[];
    }>(await conductor("report", "--json"));
    const gates = tasks.map(({ title, landed }) => [title, landed.receipts.map((one) => one.gate).toSorted()]);
    expect(gates).toEqual([
      ["Turn left", ["left", "lint"]],
      ["Turn right", ["lint", "right"]],
    ]);
    const [first, second] = git("for-each-ref", "--format=%(objectname)^", "refs/conductor/work").split("\n");
    expect(git("rev-parse", first!)).toBe(git("rev-parse", second!));
  });

  it("ask a person when a task changes them", async () => {
    const { conductor, git, rig } = keep(await makeProject(FILES, SCENARIO));
    await conductor("trust", "--yes");
    await addTasks(rig, [{ title: "Loosen" }]);
    await conductor(...RUN);
    expect(git("rev-list", "--count", "main..conductor/main")).toBe("0");
    expect((await conductor("inbox")).stdout).toContain(".conductor.yml");
  }, 400_000);

  it("count as they are committed, and a run says so before it begins", async () => {
    const { conductor, rig } = keep(await makeProject(FILES, SCENARIO));
    appendFileSync(join(rig.dir, ".conductor.yml"), "    required: false\n");
    await conductor("trust", "--yes");
    await addTasks(rig, [{ title: "Write well" }]);
    const ran = await conductor(...RUN);
    expect(JSON.parse(ran.stdout).error, ran.stdout).toMatchObject({
      code: "POLICY_UNMET",
      hint: expect.stringContaining("git add .conductor.yml"),
    });
    const WRONG = {
      code: "CONFIG_INVALID",
      message: expect.stringMatching(/gates\[0\]\.parse in \.conductor\.yml line 4: "sariff" is not one of/),
      hint: 'Did you mean "sarif"?',
    };
    writeFileSync(join(rig.dir, ".conductor.yml"), GATES.replace("parse: sarif", "parse: sariff"));
    expect(JSON.parse((await conductor(...RUN, "--yes")).stdout).error).toMatchObject(WRONG);
    expect(JSON.parse((await conductor("trust", "--yes", "--json")).stdout).error).toMatchObject(WRONG);
  }, 400_000);
});
