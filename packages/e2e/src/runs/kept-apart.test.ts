/** What must not flow from one task, branch or person's word into another, and what is not lost beside the work. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { ended } from "../rig.ts";
import { addTasks, dataOf, keepProjects, makeProject, type Project, QUICK } from "./project.ts";

const LIMITS = ["--allow-unsandboxed", "--budget", "5", "--json"];
const RUN = ["run", "--auto", "--concurrency", "2", ...LIMITS];
const RESUME = ["resume", ...LIMITS];
/** A repository whose gates are these scripts of its package.json. */
const scripts = (named: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  "package.json": `${JSON.stringify({ name: "quick", type: "module", scripts: named }, null, 2)}\n`,
});

interface TaskThere {
  readonly id: string;
  readonly status: string;
  readonly status_reason: string | null;
  readonly claim: unknown;
}
const tasksOf = ({ rig }: Project): Promise<readonly TaskThere[]> => rig.data("list", "--all", "--limit", "0");
const statusesOf = async (project: Project): Promise<string> =>
  (await tasksOf(project))
    .map(({ status }) => status)
    .sort()
    .join();

describe("a run", () => {
  const keep = keepProjects();
  const start = async (
    files: Readonly<Record<string, string>>,
    scenario: Parameters<typeof makeProject>[1],
    ...titles: readonly string[]
  ): Promise<Project> => {
    const project = keep(await makeProject(files, scenario));
    await addTasks(project.rig, titles);
    return project;
  };
  /** Starts it, waits until the tasks are like this and a gate has had time to begin, and interrupts it. */
  const interruptAt = async (project: Project, statuses: string): Promise<void> => {
    const child = project.rig.start("conductor", RUN);
    child.stdin!.end();
    const end = ended(child);
    await expect.poll(() => statusesOf(project), { timeout: 60_000, interval: 300 }).toBe(statuses);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    child.kill("SIGINT");
    expect((await end).code).toBe(130);
  };
  const landsAfterwards = async (project: Project, count: number): Promise<void> => {
    for (const { status, claim } of await tasksOf(project))
      expect(["todo null", "done null"]).toContain(`${status} ${claim}`);
    const resumed = await project.conductor(...RESUME);
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(project.git("rev-list", "--count", "main..conductor/main")).toBe(String(count));
  };

  it("that is stopped while gates judge a branch goes on with that work", async () => {
    const project = await start(
      scripts({ lint: "[ ! -e slow.txt ] || sleep 5" }),
      agentScript("Slow").writes("slow.txt", "s\n").finishes().scenario(),
      "Slow",
    );
    await interruptAt(project, "review");
    await landsAfterwards(project, 1);
    const log = await project.conductor("log", "TASK-001");
    expect(log.stdout.split("\n").filter((line) => line.includes("running"))).toHaveLength(1);
  }, 400_000);

  it("that is stopped while gates judge what would land leaves the task to be taken again", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const project = await start(
      scripts({ lint: "[ ! -e a.txt ] || [ ! -e b.txt ] || sleep 8" }),
      scenarioOf([
        agentScript("Alpha").writes("a.txt", "s\n").sleeps(300).finishes(),
        agentScript("Beta").writes("b.txt", "s\n").sleeps(300).finishes(),
      ]),
      "Alpha",
      "Beta",
    );
    await interruptAt(project, "done,review");
    await landsAfterwards(project, 2);
  });

  it("on another branch neither brings over what was made on the first nor lands it twice", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const project = await start(QUICK, agentScript("Alpha").writes("a.txt", "a\n").finishes().scenario(), "Alpha");
    const { git, rig, conductor } = project;
    git("switch", "-qc", "feature");
    writeFileSync(join(rig.dir, "unfinished.txt"), "of somebody\n");
    git("add", "unfinished.txt");
    git("commit", "-qm", "wip");
    const killed = await rig.run("conductor", RUN, { env: { CONDUCTOR_FAIL_AT: "after-bundle" } });
    expect(killed.code).toBe(137);
    git("switch", "-q", "main");
    const ran = await conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(git("diff", "--name-only", "main", "conductor/main")).toBe("a.txt");
    expect(git("log", "--format=%s", "feature..conductor/feature")).toBe("");
  });

  it("lands nothing that no gate judges, whatever each was approved for", async () => {
    const without = (name: string): string =>
      `node -e 'const f=require("fs");const p=JSON.parse(f.readFileSync("package.json","utf8"));delete p.scripts["${name}"];f.writeFileSync("package.json",JSON.stringify(p,null,2)+"\\n")'`;
    // What lies between the two keeps git from calling it a conflict.
    const between = { a: "1", b: "2", c: "3", d: "4" };
    const project = await start(
      scripts({ lint: "true", ...between, typecheck: "true", e: "1" }),
      scenarioOf([
        agentScript("Alpha").runs(without("lint")).finishes(),
        agentScript("Beta").runs(without("typecheck")).finishes(),
      ]),
      "Alpha",
      "Beta",
    );
    expect((await project.conductor(...RUN)).code).toBe(11);
    for (const card of ["A1", "A2"]) expect((await project.conductor("approve", card, "--json")).code).toBe(0);
    const resumed = await project.conductor(...RESUME);
    // The second is seen again on top of the first: nothing would judge it then.
    expect(resumed.code, resumed.stdout + resumed.stderr).not.toBe(0);
    const { git } = project;
    const landed = git("log", "--format=%(trailers:key=Receipt)", "main..conductor/main");
    expect(landed).toContain("Receipt:");
    expect(git("rev-list", "--count", "main..conductor/main")).toBe("1");
    const left = JSON.parse(git("show", "conductor/main:package.json")) as { scripts: Record<string, string> };
    expect(Object.keys(left.scripts).filter((name) => ["lint", "typecheck"].includes(name))).toHaveLength(1);
  }, 400_000);

  it("keeps what an agent committed on a second branch", async () => {
    const aside =
      "b=$(git symbolic-ref --short HEAD) && git checkout -q -b experiment && echo e > e.txt && git add e.txt && git commit -qm 'feat: experiment' && git checkout -q $b";
    const project = await start(
      QUICK,
      agentScript("Alpha").runs(aside).writes("a.txt", "a\n").finishes().scenario(),
      "Alpha",
    );
    const ran = await project.conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const { git, conductor } = project;
    expect(git("diff", "--name-only", "main", "conductor/main")).toBe("a.txt");
    const [kept] = dataOf<readonly { commit: string }[]>(await conductor("salvage", "list", "--json"));
    expect(git("show", `${kept!.commit}:e.txt`)).toBe("e");
    expect((await conductor("audit", "work", "--json")).code).toBe(0);
  }, 400_000);

  it("takes an answer for the task it was given for, and a task that was cancelled meanwhile not at all", async () => {
    const asks = (title: string, file: string) =>
      agentScript(title).asks(`Which file for ${title}?`, { as: "file" }).writes(file, "{{file}}\n").finishes();
    const project = await start(
      QUICK,
      scenarioOf([asks("Alpha", "a.txt"), asks("Beta", "b.txt"), asks("Gamma", "c.txt")]),
      "Alpha",
      "Beta",
      "Gamma",
    );
    const { rig, git, conductor } = project;
    expect((await conductor(...RUN)).code).toBe(11);
    const cards = async (): Promise<readonly { readonly id: string; readonly task: string }[]> =>
      dataOf<{ cards: readonly { id: string; task: string }[] }>(await conductor("inbox", "--json")).cards;
    const told = new Map<string, string>();
    expect((await rig.taskwerk("cancel", "TASK-003", "--reason", "not wanted")).code).toBe(0);
    for (const { id, task } of await cards()) {
      told.set(task, `for ${task}`);
      expect((await conductor("answer", id, `for ${task}`, "--json")).code).toBe(0);
    }
    expect([...told.keys()].sort()).toEqual(["TASK-001", "TASK-002", "TASK-003"]);
    const resumed = await conductor(...RESUME);
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect([git("show", "conductor/main:a.txt"), git("show", "conductor/main:b.txt")]).toEqual([
      "for TASK-001",
      "for TASK-002",
    ]);
    expect((await tasksOf(project)).map(({ status }) => status)).toEqual(["done", "done", "cancelled"]);
    expect(git("rev-list", "--count", "main..conductor/main")).toBe("2");
  }, 400_000);

  it("goes on with the others when one agent leaves what taskwerk cannot store or git cannot write out", async () => {
    const project = await start(
      { ...QUICK, "readme.md": "r\n" },
      scenarioOf([
        agentScript("Note").writes("n.txt", "n\n").notes("a\u0000b").finishes(),
        agentScript("Link").runs("ln -sfn /etc/hostname link").finishes(),
        agentScript("Key").runs("printf '\\0\\nAKIA%s\\n' IOSFODNN7QQQQQQQ > data.bin").finishes(),
        agentScript("Other").writes("o.txt", "o\n").finishes(),
      ]),
      "Note",
      "Link",
      "Key",
      "Other",
    );
    const ran = await project.conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(14);
    const became = new Map(
      (await tasksOf(project)).map(({ id, status, status_reason }) => [id, `${status} ${status_reason}`]),
    );
    expect(became.get("TASK-001")).toContain("done");
    expect(became.get("TASK-002")).toMatch(/^blocked .*lead out of the repository: link/);
    expect(became.get("TASK-003")).toMatch(/^blocked .*AWS access key/);
    expect(became.get("TASK-004")).toContain("done");
  }, 400_000);
});
