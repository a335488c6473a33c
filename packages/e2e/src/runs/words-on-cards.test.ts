import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { ended } from "../rig.ts";
import { addTasks, dataOf, keepProjects, makeProject, QUICK } from "./project.ts";

const RUN = ["run", "--auto", "--concurrency", "2", "--allow-unsandboxed", "--budget", "5", "--json"];
const SCENARIO = scenarioOf([
  agentScript("Think long")
    .asks("Which colour?", { options: ["red", "blue"], reversible: false, as: "colour" })
    .writes("long.txt", "{{colour}}\n")
    .sleeps(6_000)
    .finishes(),
  agentScript("Choose")
    .asks("Which colour?", { options: ["red", "blue"], reversible: false, as: "colour" })
    .writes("colour.txt", "{{colour}}\n")
    .finishes(),
  agentScript("First migration").writes("db/migrations/001.sql", "create table a (id int);\n").finishes(),
  agentScript("Third migration")
    .writes("db/migrations/003.sql", "create table c (id int);\n")
    .finishes()
    // It goes another way only when it is told why.
    .on({ rework: true })
    .runs('grep -q "call it d" "$CONDUCTOR_BRIEF"', "ok")
    .writes("db/migrations/003.sql", "create table d (id int);\n")
    .finishes(),
  agentScript("Second migration").writes("db/migrations/002.sql", "create table b (id int);\n").finishes(),
  agentScript("Pick a shape")
    .asks("Which shape?", { options: ["round", "square"], default: "round", reversible: true, as: "shape" })
    .writes("shape.txt", "{{shape}}\n")
    .finishes(),
]);

describe("words on cards", () => {
  const keep = keepProjects();

  it("count once, are refused when they do not fit, and a yes may be remembered for the run", async () => {
    const project = keep(await makeProject(QUICK, SCENARIO));
    const { conductor, git, rig } = project;
    await addTasks(rig, ["Choose", "First migration", "Third migration"]);
    const ran = await conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(11);
    const refusal = async (...args: readonly string[]) => {
      const { code, stdout } = await conductor(...args, "--json");
      return [code, JSON.parse(stdout).error?.code];
    };
    expect(await refusal("answer", "Q9", "red")).toEqual([3, "DECISION_NOT_FOUND"]);
    expect(await refusal("answer", "Q1", "--option", "7")).toEqual([2, "VALIDATION_FAILED"]);
    expect(await refusal("answer", "Q1", "--option", "one")).toEqual([2, "VALIDATION_FAILED"]);
    expect(await refusal("answer", "Q1", "9")).toEqual([2, "VALIDATION_FAILED"]);
    expect(await refusal("answer", "Q1", " ")).toEqual([2, "USAGE"]);
    expect(await refusal("answer", "Q1", "red", "--option", "1")).toEqual([2, "USAGE"]);
    expect(await refusal("answer", "Q1", "...")).toEqual([2, "VALIDATION_FAILED"]);
    expect(await refusal("reject", "A1", "--note", "why")).toEqual([2, "VALIDATION_FAILED"]);
    expect(await refusal("hint", "TASK-001", "...")).toEqual([2, "VALIDATION_FAILED"]);
    expect(await refusal("unblock", "TASK-001", "--note", "what has changed")).toEqual([2, "VALIDATION_FAILED"]);
    expect(await refusal("answer", "A1", "yes")).toEqual([2, "VALIDATION_FAILED"]);
    expect(await refusal("approve", "Q1")).toEqual([2, "VALIDATION_FAILED"]);
    expect(await refusal("approve", "A1", "--remember", "forever")).toEqual([2, "USAGE"]);
    expect(await refusal("answer", "D1", "red")).toEqual([3, "DECISION_NOT_FOUND"]);
    // None of this has closed a card.
    const shown = (await conductor("inbox")).stdout;
    expect(shown).toContain("3 cards hold 3 tasks. Nothing approves itself.");
    expect(shown).toContain("add --remember run for all of db/migrations/");
    // A revert does not take a migration back from a database.
    expect(shown.slice(shown.indexOf("A1  APPROVAL"), shown.indexOf("A2  APPROVAL"))).toContain(
      "Cannot be changed later.",
    );

    const [one, two] = await Promise.all([
      conductor("answer", "Q1", "--option", "2", "--json"),
      conductor("answer", "q1", "blue", "--json"),
    ]);
    expect([one.code, two.code].sort()).toEqual([0, 8]);
    expect(await refusal("answer", "Q1", "red")).toEqual([8, "DECISION_CLOSED"]);
    const yes = await conductor("approve", "A1", "--remember", "run");
    expect(yes.stdout).toContain("Until this run is over, database_migrations in db/migrations/** does not ask again.");
    expect((await conductor("policy", "show")).stdout).toMatch(
      /Until run-1 is over:\n {2}allow {2}database_migrations in db\/migrations\/\*\*: .* said yes to A1/,
    );

    const described = async (path: string) => {
      const { code, stdout } = await conductor("policy", "test", "--path", path, "--json");
      const { findings } = JSON.parse(stdout).data.tested[0];
      return [code, findings.find(({ rule }: { rule: string }) => rule === "database_migrations").lifted];
    };
    expect(await described("db/migrations/v2/004.sql")).toEqual([0, "A1, remembered for this run"]);
    expect(await described("other/migrations/004.sql")).toEqual([11, null]);

    // What is remembered is about what nobody has spoken of: a no to this very work stays a no.
    expect((await conductor("reject", "A2", "--note", "call it d", "--json")).code).toBe(0);

    await addTasks(rig, ["Second migration"]);
    const resumed = await conductor("resume", "--allow-unsandboxed", "--json");
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(git("show", "conductor/main:db/migrations/002.sql")).toBe("create table b (id int);");
    expect(git("show", "conductor/main:db/migrations/003.sql")).toBe("create table d (id int);");
    expect(git("show", "conductor/main:colour.txt")).toBe("blue");
    // The run is over, and what was said for it with it.
    expect((await conductor("policy", "show")).stdout).not.toContain("Until run-1");
    expect(await described("db/migrations/v2/004.sql")).toEqual([11, null]);
    // What its work would meet, looked at whole: it waited for nobody only because of what was remembered.
    const tested = await conductor("policy", "test", "TASK-004", "--json");
    const { findings } = dataOf<{
      tested: readonly { findings: readonly { rule: string; lifted: string | null }[] }[];
    }>(tested).tested[0]!;
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: "database_migrations", lifted: "A1, remembered for this run" }),
    );

    const otherwise = await conductor("answer", "D1", "red");
    expect(otherwise.stdout).toMatch(/^D1 is now: red\. It was: blue\.\n {2}TASK-001 has landed with that: TASK-005 /);
    // Said again it makes nothing twice.
    expect((await conductor("answer", "D1", "1")).stdout).toContain("TASK-005");
    const tasks = await rig.data<readonly { id: string; title: string }[]>("list", "--all");
    expect(tasks.map(({ id }) => id).sort()).toEqual(["TASK-001", "TASK-002", "TASK-003", "TASK-004", "TASK-005"]);
  }, 400_000);

  it("may say otherwise while an agent works by what was said before: nothing lands by the old answer", async () => {
    const project = keep(await makeProject(QUICK, SCENARIO));
    const { conductor, git, rig } = project;
    await addTasks(rig, ["Think long"]);
    const child = rig.start("conductor", [...RUN, "--wait", "5m"]);
    child.stdin!.end();
    const end = ended(child);
    const answered = async (): Promise<number> => (await conductor("answer", "Q1", "blue", "--json")).code;
    await expect.poll(answered, { timeout: 60_000, interval: 300 }).toBe(0);
    const written = async () => (await conductor("log", "TASK-001", "--raw")).stdout.includes("long.txt\\\\nblue");
    await expect.poll(written, { timeout: 60_000, interval: 300 }).toBe(true);
    const otherwise = await conductor("answer", "D1", "red");
    expect(otherwise.stdout).toContain("TASK-001 is told with its next attempt.");
    const ran = await end;
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(git("show", "conductor/main:long.txt")).toBe("red");
  }, 400_000);

  it("may say otherwise than what was assumed, which the ledger lists", async () => {
    const project = keep(await makeProject(QUICK, SCENARIO));
    const { conductor, rig } = project;
    await addTasks(rig, ["Pick a shape"]);
    expect((await conductor("config", "set", "decisions.assume", "reversible")).code).toBe(0);
    const ran = await conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect((await conductor("report", "assumptions")).stdout).toBe(
      [
        "1 thing was assumed in run-1; all can be changed later.",
        "",
        "D1  Which shape?",
        "    [ASSUMED] round",
        "    Can be changed later. Goes by it: TASK-001   asked as Q1",
        "",
        'Say otherwise   conductor answer D1 "..."',
        "",
      ].join("\n"),
    );
    const said = await conductor("answer", "D1", "2");
    expect(said.stdout).toMatch(/^D1 is now: square\. It was: round, \[ASSUMED\]\.\n {2}TASK-001 has landed/);
    expect((await conductor("report", "assumptions")).stdout).toContain("Nothing was assumed");
    expect((await conductor("report", "assumptions", "--all")).stdout).toContain("square");
  }, 400_000);
});
