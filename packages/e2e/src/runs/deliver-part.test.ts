import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LETTER_FILES, LETTERS } from "./letters.ts";
import { addTasks, dataOf, keepProjects, makeProject } from "./project.ts";
import { RUN } from "./quick-project.ts";

const MAKE = ["--allow-unsandboxed", "--json"];

interface Delivered {
  readonly state: string;
  readonly branch: string | null;
  readonly picks: readonly { readonly task: string; readonly why: string; readonly commit: string | null }[];
  readonly stays: readonly string[];
  readonly notLanded: readonly string[];
  readonly receipts: readonly { readonly result: string; readonly id: string }[];
}

describe("one feature of what has landed", () => {
  const keep = keepProjects();

  it("is looked at by itself and comes as a branch with what it needs, through the gates; nothing else is moved", async () => {
    const project = keep(await makeProject(LETTER_FILES, LETTERS));
    const { rig, git, conductor } = project;
    await addTasks(rig, ["Letters", "The list", "Others"]);
    for (const [parent, title, ...more] of [
      ["TASK-001", "Make alpha"],
      ["TASK-002", "Change the list"],
      ["TASK-003", "Change it again", "--after", "TASK-002.1"],
      ["TASK-003", "Make beta", "--after", "TASK-001.1"],
      // Before it nobody has judged the list with gamma alone.
      ["TASK-002", "Make gamma", "--after", "TASK-003.1,TASK-003.2"],
    ] as const)
      await rig.data("add", title, "--parent", parent, ...more);
    const ran = await conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const [head, tip] = [git("rev-parse", "main"), git("rev-parse", "conductor/main")];
    const index = readFileSync(join(rig.dir, ".git/index"));

    const features = await conductor("review");
    expect(features.stdout, features.stderr).toMatch(/TASK-001 +Letters +1 of 1[\s\S]*TASK-003 +Others +2 of 2/);
    const shown = await conductor("review", "the-list");
    expect(shown.stdout, shown.stderr).toMatch(/TASK-002 {2}The list[\s\S]*TASK-002\.1 {2}Change the list/);
    const others = await conductor("review", "TASK-003", "--json");
    expect(
      dataOf<{ tasks: readonly { task: string; receipts: readonly unknown[] }[]; diff: string }>(others),
    ).toMatchObject({
      tasks: [expect.anything(), expect.anything()],
      diff: expect.stringMatching(/-TWO\n\+TWO!/),
    });

    const dry = await conductor("deliver", "--group", "the-list", "--dry-run");
    expect(dry.stdout, dry.stderr).toMatch(/TASK-002 needs all that has landed.*\n.*conductor deliver$/m);
    await rig.data("dep", "rm", "TASK-002.2", "TASK-003.1", "TASK-003.2");
    const wanted = ["deliver", "--group", "the-list", ...MAKE];
    const would = await conductor(...wanted, "--dry-run");
    expect(dataOf<Delivered>(would)).toMatchObject({ state: "would-make", branch: "deliver/the-list" });
    expect(git("branch", "--list", "deliver/*")).toBe("");

    // A rule that asks about a command line asks before it is run.
    const mine = { name: "mine", effect: "ask", kinds: ["command"], commands: ["*lint*"] };
    expect((await conductor("config", "set", "policy.rules", JSON.stringify([mine]))).code).toBe(0);
    const asked = await conductor(...wanted);
    expect(JSON.parse(asked.stdout).error).toMatchObject({
      code: "CONFIRMATION_REQUIRED",
      message: expect.stringMatching(/mine: .*lint/),
    });
    // Killed once the gates have run: no branch, and what they said holds.
    const killed = await rig.run("conductor", [...wanted, "--yes"], { env: { CONDUCTOR_FAIL_AT: "after-gate" } });
    expect(killed.code, killed.stdout + killed.stderr).toBe(137);
    expect(git("branch", "--list", "deliver/*")).toBe("");
    const judged = async (): Promise<number> =>
      dataOf<readonly { type: string }[]>(await conductor("events", "--json")).filter(
        ({ type }) => type === "gate.judged",
      ).length;
    const before = await judged();
    // Nothing is run again, so nothing is asked.
    const made = await conductor(...wanted);
    expect((await conductor("config", "unset", "policy.rules")).code).toBe(0);
    expect(made.code, made.stdout + made.stderr).toBe(0);
    const data = dataOf<Delivered>(made);
    expect(data).toMatchObject({
      state: "made",
      notLanded: [],
    });
    expect(data.stays.toSorted()).toEqual(["TASK-001.1", "TASK-003.1", "TASK-003.2"]);
    expect(data.picks.map(({ task, why }) => [task, why])).toEqual([
      ["TASK-002.1", "belongs to TASK-002"],
      ["TASK-002.2", "belongs to TASK-002"],
    ]);
    expect(data.receipts.map(({ result }) => result)).toEqual(["pass"]);
    expect(await judged()).toBe(before);
    expect(git("show", "deliver/the-list:list.txt")).toBe("one\nTWO\nthree");
    expect(git("log", "--format=%s|%(trailers:key=Task,valueonly,separator=%x2c)", "main..deliver/the-list")).toBe(
      "feat: Make gamma|TASK-002.2\nfeat: Change the list|TASK-002.1",
    );
    expect(git("log", "-1", "--format=%(trailers:key=Receipt,valueonly)", "deliver/the-list").trim()).toBe(
      `lint pass ${data.receipts[0]?.id}`,
    );
    expect(dataOf<Delivered>(await conductor(...wanted))).toMatchObject({ state: "there", picks: data.picks });

    // What changed the same lines comes along by what is said of it, and by the lines alone.
    await rig.data("dep", "rm", "TASK-003.1", "TASK-002.1");
    const again = dataOf<Delivered>(await conductor("deliver", "--group", "TASK-003.1", "--dry-run", "--json"));
    expect(again.picks.map(({ task, why }) => [task, why])).toEqual([
      ["TASK-002.1", "changed list.txt before TASK-003.1"],
      ["TASK-003.1", "belongs to TASK-003.1"],
    ]);
    // What nobody has said, the gates find.
    await rig.data("dep", "rm", "TASK-003.2", "TASK-001.1");
    const red = await conductor("deliver", "--group", "TASK-003.2", ...MAKE);
    expect(red.code, red.stdout).toBe(4);
    expect(JSON.parse(red.stdout).error).toMatchObject({
      code: "POLICY_UNMET",
      message: expect.stringMatching(/^TASK-003\.2 alone does not pass its gates: lint/),
      hint: expect.stringContaining("Perhaps it needs what stays behind"),
    });
    const refusal = async (...args: readonly string[]): Promise<string> => {
      const refused = await conductor("deliver", ...args, "--json");
      return `${refused.code} ${JSON.parse(refused.stdout).error.code}`;
    };
    expect(await refusal("--group", "nothing")).toBe("3 TASK_NOT_FOUND");
    expect(await refusal("--as", "mine")).toBe("2 USAGE");
    expect(await refusal("--group", "the-list", "--as", "conductor/mine")).toBe("2 USAGE");
    expect(await refusal("--group", "TASK-003.1", "--as", "deliver/the-list")).toMatch(/ GIT_FAILED$/);
    const pr = await conductor("deliver", "--group", "the-list", "--pr");
    expect(pr.stdout).toContain("git push -u origin deliver/the-list");
    expect(pr.stdout).toContain("gh pr create --base main --head deliver/the-list --title 'The list' --body-file -");
    expect(pr.stdout).toContain("but this repository has no remote yet");

    expect([git("rev-parse", "main"), git("rev-parse", "conductor/main")]).toEqual([head, tip]);
    expect(readFileSync(join(rig.dir, ".git/index"))).toEqual(index);
    expect(git("branch", "--list", "deliver/*").trim()).toBe("deliver/the-list");

    // Once it is taken, the rest goes on from there.
    git("merge", "--quiet", "--ff-only", "deliver/the-list");
    expect(dataOf<Delivered>(await conductor(...wanted)).state).toBe("taken");
    await rig.data("add", "Make delta");
    expect(await refusal("--group", "TASK-004")).toBe("2 VALIDATION_FAILED");
    const more = await conductor(...RUN);
    expect(more.code, more.stdout + more.stderr).toBe(0);
    expect(git("show", "conductor/main:list.txt")).toBe("one\nTWO!\nthree");
    git("merge", "--quiet", "--ff-only", "conductor/main");
    expect(git("ls-files", "*.js").split("\n")).toEqual(["alpha.js", "beta.js", "delta.js", "gamma.js"]);
  }, 400_000);
});
