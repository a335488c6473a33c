import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { afterEach, describe, expect, it } from "vitest";
import { programPath } from "../rig.ts";
import { hasTerminal, openTerminal, type Terminal } from "../terminal.ts";
import { addTasks, makeProject, type Project, QUICK } from "./project.ts";

const SCENARIO = scenarioOf([
  agentScript("Choose a colour")
    .asks("Which colour?", { options: ["red", "blue"], default: "red", as: "colour" })
    .writes("colour.txt", "{{colour}}\n")
    .finishes(),
  agentScript("Add a migration").writes("migrations/001.sql", "alter table users add name text;\n").finishes(),
  agentScript("Write a text").writes("text.txt", "text\n").finishes(),
]);

// Only root may take bubblewrap away, and only from itself; root of a sandbox may not.
const mayHide =
  process.getuid?.() === 0 &&
  (spawnSync("unshare", ["-m", "true"]).status === 0 || process.env.TASKWERK_REQUIRE_SANDBOX === "1");
if (!mayHide) process.stderr.write("SKIPPED: bubblewrap cannot be hidden here, so a run without it is not tried\n");

describe.skipIf(!hasTerminal())("a run at a terminal", () => {
  const open: { project: Project; terminal: Terminal }[] = [];
  const start = async (
    titles: readonly string[],
    size: { readonly columns?: number; readonly rows?: number } = {},
  ): Promise<{ project: Project; terminal: Terminal }> => {
    const project = await makeProject(QUICK, SCENARIO);
    await addTasks(
      project.rig,
      titles.map((title) => ({ title })),
    );
    const PATH = `${dirname(programPath("conductor"))}:${project.env.PATH}`;
    const terminal = await openTerminal({ cwd: project.rig.dir, env: { ...project.env, PATH }, ...size });
    open.push({ project, terminal });
    return { project, terminal };
  };
  afterEach(async () => {
    for (const { project, terminal } of open.splice(0)) {
      await terminal.close();
      await project.rig.remove();
    }
  });

  it("asks once whether to start, and takes no for an answer, or Ctrl-C", async () => {
    const { terminal, project } = await start(["Write a text"]);
    await terminal.types("conductor run --allow-unsandboxed; echo ended with $?");
    const preflight = await terminal.sees("Start? [y/N]");
    for (const line of ["A run on main@", "Paid by", "nobody (scripted)", "no limit in money", "all pass on"])
      expect(preflight).toContain(line);
    await terminal.types("n");
    expect(await terminal.sees("ended with 4")).toContain("nothing was started");
    await terminal.types("clear; conductor run --allow-unsandboxed; echo stopped with $?");
    await terminal.sees(/Start\? \[y\/N\] *\n*$/);
    await terminal.presses("C-c");
    await terminal.sees("stopped with 130");
    expect(project.git("branch", "--list", "conductor/*")).toBe("");
  }, 200_000);

  it("asks in place where there is no room for a screen, shows the difference, and can be told later", async () => {
    const { terminal, project } = await start(["Choose a colour", "Add a migration"], { columns: 100, rows: 15 });
    await terminal.types("conductor run --interactive --yes --allow-unsandboxed; echo ended with $?");
    const answered = new Set<string>();
    for (let card = 0; card < 2; card += 1) {
      const screen = await terminal.sees(/(Q1 {2}Your answer|A1 {2}\[y\]es).*\n*$/);
      if (/Q1 {2}Your answer.*\n*$/.test(screen)) {
        await terminal.types("2");
        answered.add("Q1");
        await terminal.sees("answered Q1");
        continue;
      }
      await terminal.types("d");
      await terminal.sees("+alter table users add name text;");
      await terminal.sees(/A1 {2}\[y\]es.*[\s\S]*A1 {2}\[y\]es.*\n*$/);
      await terminal.types("y");
      answered.add("A1");
      await terminal.sees("approved A1");
    }
    expect([...answered].sort()).toEqual(["A1", "Q1"]);
    await terminal.sees("ended with 0", 120_000);
    expect(project.git("show", "conductor/main:colour.txt")).toBe("blue");
  }, 300_000);

  it.skipIf(!mayHide)(
    "starts nothing unconfined that it could not ask about",
    async () => {
      const { terminal, project } = await start(["Write a text"]);
      await terminal.types("unshare -m sh");
      await terminal.types("mount --bind /dev/null $(command -v bwrap) && echo hidden: $?");
      await terminal.sees("hidden: 0");
      await terminal.types("conductor run -q --budget 1; echo quiet ended with $?");
      expect(await terminal.sees(/quiet ended with \d/)).toMatch(/SANDBOX_REQUIRED[\s\S]*quiet ended with 4/);
      await terminal.types("clear; conductor run; echo ended with $?");
      expect(await terminal.sees(/Start\? \[y\/N\] *\n*$/)).toContain("none: bubblewrap is not installed");
      await terminal.types("y");
      await terminal.sees("ended with 0", 120_000);
      expect(project.git("show", "conductor/main:text.txt")).toBe("text");
    },
    200_000,
  );
});
