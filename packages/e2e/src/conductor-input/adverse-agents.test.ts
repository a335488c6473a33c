import { readdirSync, readFileSync } from "node:fs";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fingerprintOf, makeProject, type Project, testOf } from "./project.ts";

interface TaskOfReport {
  readonly id: string;
  readonly title: string;
  readonly state: string;
  readonly reason: string | null;
  readonly waitsFor: readonly string[];
  readonly landed: {
    readonly commit: string;
    readonly receipts: readonly { readonly gate: string; readonly result: string }[];
  } | null;
}
interface Report {
  readonly tasks: readonly TaskOfReport[];
}

/** What is in the command line of a process that must not be there any more. */
const DAEMON = "left-behind-by-a-test";
const GATED = ["quitter", "forger", "daemon"];
/** What asks a person before any gate has run. */
const ASKED = ["skipper", "weakener", "swapper", "lowerer", "ci"];
const goodWork = (name: string) => agentScript(name).writes(`tests/${name}.test.js`, testOf(name, "sum(2, 2)", 4));

let project: Project;
let before: Readonly<Record<string, string>>;
let main: string;
let exit: number;
let report: Report;
const task = (title: string): TaskOfReport => report.tasks.find((one) => one.title === title)!;

beforeAll(async () => {
  project = await makeProject();
  const { git, write, rig } = project;
  await project.useAgent(
    scenarioOf([
      goodWork("honest").finishes(),
      agentScript("red")
        .writes("tests/red.test.js", testOf("red", "sum(2, 2)", 5))
        .finishes("all tests pass"),
      agentScript("idle").exits(0),
      goodWork("uncommitted").claims("done").exits(0),
      goodWork("astray").runs("git checkout -q -b elsewhere").finishes(),
      goodWork("rewriter").runs("git checkout -q --orphan fresh && git add -A").finishes(),
      agentScript("script").patches("package.json", "node --test tests/*.test.js", "true").finishes(),
      agentScript("deleter").deletes("tests/more.test.js").finishes(),
      agentScript("skipper").patches("tests/more.test.js", "test(", "test.skip(").finishes(),
      agentScript("weakener").patches("tests/more.test.js", "assert.equal(sum(0, 0), 0)", "assert.ok(true)").finishes(),
      agentScript("swapper")
        .writes("tests/more.test.js", testOf("another one", "sum(5, 5)", 10))
        .finishes("as many tests as before"),
      agentScript("lowerer").writes(".c8rc.json", '{ "lines": 1 }\n').finishes(),
      agentScript("ci").writes(".github/workflows/ci.yml", "jobs: {}\n").finishes(),
      // Its test is red; what it prints, exits with and leaves in likely places says otherwise.
      agentScript("quitter")
        .writes(
          "tests/quitter.test.js",
          `console.log("# tests 9\\n# pass 9\\n# fail 0");\nprocess.exit(0);\n${testOf("never", "sum(1, 1)", 3)}`,
        )
        .finishes("all tests pass"),
      agentScript("forger")
        .writes(
          "tests/forger.test.js",
          `import { writeFileSync } from "node:fs";\nconst green = '<testsuites><testcase name="fine"/></testsuites>';\nfor (const path of ["junit.xml", "../junit.xml", "../reports/junit.xml", "reports/junit.xml", "/tmp/junit.xml"]) try { writeFileSync(path, green); } catch {}\n${testOf("forged", "sum(1, 1)", 3)}`,
        )
        .writes("junit.xml", '<testsuites><testcase name="fine"/></testsuites>\n')
        .finishes("all tests pass"),
      agentScript("daemon")
        .writes(
          "tests/daemon.test.js",
          `import { spawn } from "node:child_process";\nspawn("setsid", ["sh", "-c", "sleep 300; : ${DAEMON}"], { detached: true, stdio: "ignore" }).unref();\n${testOf("daemon", "sum(2, 2)", 4)}`,
        )
        .finishes(),
    ]),
    { safety: { max_attempts: 1, max_consecutive_failures: 50 }, concurrency: 3 },
  );
  main = await git("rev-parse", "main");
  // A worktree as people leave it.
  await write("src/sum.js", "export const sum = (a, b) => b + a; // being changed\n");
  await write("staged.txt", "staged\n");
  await git("add", "staged.txt");
  await write("staged.txt", "staged, and changed again\n");
  await write("untracked/notes.bin", Buffer.from([0, 255, 1, 254]));
  await write("ignored/secret.env", "TOKEN=1\n");
  await rig.taskwerk("init");
  for (const title of [
    "honest",
    "red",
    "idle",
    "uncommitted",
    "astray",
    "rewriter",
    "script",
    "deleter",
    ...ASKED,
    ...GATED,
  ])
    await rig.taskwerk("add", title);
  before = await fingerprintOf(project.dir);
  const ran = await project.conductor(["run", "--auto", "--budget", "1", "--allow-unsandboxed"]);
  exit = ran.code;
  report = (await project.json<Report>(["report"])).data;
}, 400_000);
afterAll(() => project.rig.remove());

describe("a run with agents that do what they should not", () => {
  it("ends waiting for a person", () => {
    expect(exit).toBe(11);
  });
  it("lands nothing that a person has not seen when the test script or a test is changed", () => {
    for (const title of ["script", "deleter", ...ASKED]) {
      expect(task(title)).toMatchObject({
        state: "waiting",
        landed: null,
        waitsFor: [expect.stringMatching(/^A\d+$/)],
      });
    }
  });
  it("puts on the card what is to be approved, and the inbox shows it within 80 columns", async () => {
    const { data } = await project.json<{ cards: { id: string; kind: string; text: string; evidence: string[] }[] }>([
      "inbox",
    ]);
    const cards = Object.fromEntries(data.cards.map((card) => [card.id, card]));
    expect(cards[task("script").waitsFor[0]!]).toMatchObject({
      kind: "approval",
      text: "it changes how work is judged",
      evidence: ["gate-files: package.json (scripts)"],
    });
    expect(cards[task("deleter").waitsFor[0]!]).toMatchObject({
      kind: "approval",
      evidence: ["ratchet test-file-gone: test: tests/more.test.js is deleted"],
    });
    const gone = "ratchet assertions-gone: test: tests/more.test.js: 1 assertion of the base is not there any more";
    const evidenceOf = (title: string) => cards[task(title).waitsFor[0]!]?.evidence;
    expect(evidenceOf("skipper")).toEqual([
      "ratchet skips-tests: test: tests/more.test.js: 1 test is newly skipped or singled out",
    ]);
    expect(evidenceOf("weakener")).toEqual([gone]);
    expect(evidenceOf("swapper")).toEqual([gone]);
    expect(evidenceOf("lowerer")).toEqual(["gate-files: .c8rc.json"]);
    expect(evidenceOf("ci")).toContain("gate-files: .github/workflows/ci.yml");
    const { stdout } = await project.conductor(["inbox"]);
    expect(stdout.split("\n").every((line) => line.length <= 80)).toBe(true);
    expect(stdout).not.toMatch(/conductor why/);
  });
  it("does not take an agent's word for its tests", () => {
    expect(task("red")).toMatchObject({ state: "failed", reason: expect.stringContaining("1 of 3 tests failed") });
  });
  it("believes no green word, no exit code and no report of a test that did not pass", () => {
    expect(task("quitter")).toMatchObject({ state: "failed", landed: null });
    expect(task("forger")).toMatchObject({ state: "failed", reason: expect.stringMatching(/1 of \d+ tests failed/) });
  });
  it("lands work whose test leaves a daemon, without the daemon", () => {
    expect(task("daemon").state).toBe("landed");
    const there = readdirSync("/proc").flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, "utf8")];
      } catch {
        return [];
      }
    });
    expect(there.filter((line) => line.includes(DAEMON) && line.includes("sleep"))).toEqual([]);
  });
  it("says that nothing was changed where nothing was", () => {
    expect(task("idle")).toMatchObject({ state: "no-change", landed: null, reason: "the agent changed nothing" });
  });
  it("says of a task that no run takes any more why that is, and what frees it", async () => {
    const { id } = task("red");
    const words = ["run", "--auto", "--budget", "1", "--allow-unsandboxed", "--tasks", id];
    const { code, stdout } = await project.conductor(words);
    expect(code).toBe(14);
    expect(stdout).toContain(`  ${id}  failed: test: 1 of 3 tests failed`);
    expect(stdout).toContain(`conductor unblock ${id}\n`);
  }, 60_000);
  it("keeps rewritten history aside and lands none of it", async () => {
    expect(task("rewriter")).toMatchObject({ state: "failed", landed: null });
    expect(await project.git("log", "--format=%s", "refs/conductor/salvage/TASK-006/1")).toBe("feat: rewriter");
  });
  it("lands work that was left uncommitted or on another branch, through the gates", () => {
    for (const title of ["honest", "uncommitted", "astray"]) expect(task(title).state).toBe("landed");
  });
  it("has a passing receipt of every gate for every landing, and a commit for nothing else", async () => {
    const landed = report.tasks.flatMap((one) => (one.landed ? [one.landed] : []));
    for (const { receipts } of landed)
      expect(receipts.map(({ gate, result }) => `${gate} ${result}`).sort()).toEqual(["coverage pass", "test pass"]);
    const commits = (await project.git("rev-list", "--first-parent", "main..conductor/main")).split("\n");
    expect([...commits].sort()).toEqual(landed.map(({ commit }) => commit).sort());
  });
  it("leaves the user's files, index and branch as they were", async () => {
    expect(await fingerprintOf(project.dir)).toEqual(before);
    expect(await project.git("rev-parse", "main")).toBe(main);
  });
});
