/** What a new user meets in the first minutes: what is missing, what to type, and lines that fit the terminal. */
import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { agentScript } from "@taskwerk/rehearsal/agent-script";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { programPath } from "../rig.ts";
import { hasTerminal, openTerminal } from "../terminal.ts";
import { fingerprintOf, makeProject, type Project } from "./project.ts";

interface Check {
  readonly id: string;
  readonly state: string;
  readonly what: string;
  readonly cure: string | null;
}

describe("doctor", () => {
  let project: Project;
  const checked = async (id: string): Promise<Check | undefined> =>
    (await project.json<readonly Check[]>(["doctor"])).data.find((one) => one.id === id);
  beforeAll(async () => {
    project = await makeProject();
  });
  afterAll(() => project.rig.remove());

  it("names the agent that any program can be, and misses it where it is the one to use", async () => {
    const cure = "conductor config explain orchestration.agents.command.argv";
    expect(await checked("agent command")).toMatchObject({ state: "warn", cure });
    await project.conductor(["config", "set", "orchestration.agent", "command"]);
    expect(await checked("agent command")).toMatchObject({ state: "missing", cure });
    await project.conductor(["config", "unset", "orchestration.agent"]);
  }, 120_000);

  it("writes nothing, whether there is a home or not", async () => {
    const env = { HOME: join(project.rig.dir, "..", "nowhere"), TMPDIR: join(project.rig.dir, "..", "tmp") };
    await mkdir(env.TMPDIR);
    const before = await fingerprintOf(project.dir);
    const ran = await project.conductor(["doctor"], { env });
    expect(ran.code, ran.stderr).toBe(0);
    expect([existsSync(env.HOME), await readdir(env.TMPDIR), existsSync(join(project.dir, ".conductor"))]).toEqual([
      false,
      [],
      false,
    ]);
    expect(await fingerprintOf(project.dir)).toEqual(before);
  }, 120_000);

  it("names gates that do not count yet, because they are not committed", async () => {
    await project.write(".conductor.yml", 'gates:\n  - id: lint\n    run: "true"\n');
    await project.conductor(["trust", "--yes"]);
    expect(await checked("gates")).toMatchObject({ state: "missing", cure: expect.stringContaining("git commit") });
    expect(await checked("gate lint")).toBeUndefined();
    await project.git("add", "-A");
    await project.git("commit", "-qm", "chore: gates");
    expect(await checked("gates")).toMatchObject({ state: "ok" });
    expect(await checked("gate lint")).toMatchObject({ state: "ok" });
  }, 120_000);
});

describe("an agent", () => {
  it("that nobody knows is a mistake in the command, one that is not there is not", async () => {
    const project = await makeProject();
    const run = (agent: string) => project.json(["run", "--auto", "--budget", "1", "--agent", agent]);
    expect(await run("nope")).toMatchObject({ exit: 2, error: { code: "USAGE", candidates: ["claude"] } });
    expect(await run("command")).toMatchObject({ exit: 7, error: { code: "AGENT_UNAVAILABLE" } });
    await project.rig.remove();
  }, 120_000);
});

describe("a session whose time is over", () => {
  it("says what to type, and tells of the new limit once it goes on", async () => {
    const project = await makeProject();
    await project.useAgent(agentScript().writes("src/two.js", "export const two = 2;\n").finishes().scenario());
    await project.rig.run("taskwerk", ["init"]);
    await project.rig.run("taskwerk", ["add", "Add two"]);
    const flags = ["--allow-unsandboxed", "--auto"];
    expect((await project.json(["run", ...flags, "--until", "0.01s"])).exit).not.toBe(0);
    const { exit, error } = await project.json(["resume"]);
    expect(exit).toBe(2);
    expect(error).toMatchObject({ code: "USAGE", message: expect.stringContaining("has passed") });
    expect(error?.hint).toContain("conductor resume run-1 --until 2h");
    if (hasTerminal()) await asksForNoLimit(project);
    expect((await project.json(["resume", ...flags, "--until", "2h"])).exit).toBe(0);
    const { data } = await project.json<{ readonly session: { readonly until: string } }>(["status"]);
    expect(Date.parse(data.session.until)).toBeGreaterThan(Date.now());
    await project.rig.remove();
  }, 120_000);
});

/** At a terminal there is somebody who can stop it. */
async function asksForNoLimit({ rig, dir }: Project): Promise<void> {
  const PATH = `${dirname(programPath("conductor"))}:${rig.env.PATH}`;
  const terminal = await openTerminal({ cwd: dir, env: { ...rig.env, PATH } });
  try {
    await terminal.types("conductor resume");
    await terminal.sees("With you, here:  conductor resume run-1 --interactive");
    await terminal.types('clear; conductor resume run-1 --interactive --dry-run --allow-unsandboxed; echo "en""d $?"');
    await terminal.sees("end 0");
  } finally {
    await terminal.close();
  }
}

describe("plan show", () => {
  it("counts what taskwerk has done of an imported plan", async () => {
    const project = await makeProject();
    await project.write("PRD.md", "# Sums\n\n## Tasks\n\n- [ ] Add minus\n- [ ] Add times\n");
    const made = await project.conductor(["plan", "create", "PRD.md", "--auto-import", "--planner", "outline"]);
    expect(made.code, made.stderr).toBe(0);
    const tasks = JSON.parse((await project.rig.run("taskwerk", ["list", "--json"])).stdout).data;
    const leaves = tasks.filter(({ children }: { children: readonly string[] }) => children.length === 0);
    expect((await project.conductor(["plan", "show", "--format", "table"])).stdout).toContain(
      `Done      0 of ${leaves.length} tasks`,
    );
    expect((await project.rig.run("taskwerk", ["done", leaves[0].id])).code).toBe(0);
    expect(await project.json(["plan", "show"])).toMatchObject({ data: { done: { done: 1, of: leaves.length } } });
    await project.rig.remove();
  }, 120_000);
});

describe.runIf(hasTerminal())("on a terminal of 80 columns", () => {
  it("no line is longer, and nothing is cut where nobody looks", async () => {
    const project = await makeProject();
    const { rig, dir } = project;
    const evidence = "Retry with backoff is implemented, and every test in this repository passes, first and last.";
    await project.useAgent(agentScript().claims(evidence).exits(0).scenario());
    await rig.run("taskwerk", ["init"]);
    await rig.run("taskwerk", ["add", "Retry"]);
    await project.conductor(["run", "--auto", "--until", "2h", "--allow-unsandboxed"]);
    expect((await project.conductor(["log", "TASK-001"])).stdout).toContain(evidence);
    await project.write(".conductor.yml", 'gates:\n  - id: lint\n    rn: "true"\n    when: 3\n');
    const PATH = `${dirname(programPath("conductor"))}:${rig.env.PATH}`;
    const terminal = await openTerminal({ cwd: dir, env: { ...rig.env, PATH }, columns: 80 });
    try {
      for (const words of ["log TASK-001", "config explain gates", "doctor"]) {
        await terminal.types(`clear; conductor ${words}; echo "en""d of it"`);
        const screen = await terminal.sees("end of it");
        expect(screen.split("\n").filter((line) => line.length > 80 && !line.startsWith("$ "))).toEqual([]);
      }
    } finally {
      await terminal.close();
      await rig.remove();
    }
  }, 120_000);
});
