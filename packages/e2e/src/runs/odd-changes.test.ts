import { readFileSync } from "node:fs";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { ended } from "../rig.ts";
import { addTasks, dataOf, keepProjects, makeProject, QUICK } from "./project.ts";

const RUN = ["run", "--auto", "--allow-unsandboxed", "--budget", "1", "--concurrency", "2", "--json"];

/** What each agent leaves behind, and what becomes of it: `null` = it lands, else the rule that asks a person. */
const CHANGES: Readonly<Record<string, readonly [command: string, asks: string | null]>> = {
  "ten thousand files": [
    "mkdir many && i=0; while [ $i -lt 10000 ]; do echo $i > many/$i; i=$((i+1)); done",
    "diff-size",
  ],
  "fifty megabytes of text": ["yes 'a line of text' | head -c 50000000 > text.txt", "secrets"],
  "fifty megabytes that are no text": ["head -c 50000000 /dev/urandom > huge.bin", "secrets"],
  "a megabyte that is no text": ["head -c 1000000 /dev/urandom > data.bin", null],
  "a pointer of git-lfs": [
    "printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%064d\\nsize 12345\\n' 0 > picture.psd",
    null,
  ],
  "a submodule": [
    "git init -q lib && git -C lib -c user.name=a -c user.email=a@example.org commit -q --allow-empty -m x && git add lib",
    "submodules",
  ],
  "names that differ by case alone": ["mkdir Docs docs && echo 1 > Docs/a.txt && echo 2 > docs/a.txt", null],
};

describe("changes that are out of the ordinary", () => {
  const keep = keepProjects();

  it("land, or are shown to a person, and none is lost", { tags: ["long"], timeout: 400_000 }, async () => {
    const project = keep(
      await makeProject(
        QUICK,
        scenarioOf(Object.entries(CHANGES).map(([title, [command]]) => agentScript(title).runs(command).finishes())),
      ),
    );
    const { conductor, git, rig } = project;
    await addTasks(
      rig,
      Object.keys(CHANGES).map((title) => ({ title })),
    );
    const ran = await conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(11);
    const { tasks } = dataOf<{ tasks: readonly { title: string; state: string; waitsFor: readonly string[] }[] }>(
      await conductor("report", "--json"),
    );
    const { cards } = dataOf<{ cards: readonly { id: string; evidence: readonly string[] }[] }>(
      await conductor("inbox", "--json"),
    );
    const became = tasks.map(({ title, state, waitsFor }) => {
      const evidence = cards.find(({ id }) => id === waitsFor[0])?.evidence ?? [];
      return [title, state, evidence.map((line) => line.split(":")[0])];
    });
    for (const [title, [, asks]] of Object.entries(CHANGES))
      expect(became, ran.stderr).toContainEqual([
        title,
        asks === null ? "landed" : "waiting",
        asks === null ? [] : expect.arrayContaining([asks]),
      ]);
    expect(git("ls-tree", "-r", "--name-only", "conductor/main").split("\n")).toEqual(
      expect.arrayContaining(["data.bin", "picture.psd", "Docs/a.txt", "docs/a.txt"]),
    );
    expect((await conductor("audit", "work")).code).toBe(0);
    expect(git("status", "--porcelain", "--untracked-files=no")).toBe("");
  });

  it("does not grow with what an agent says", async () => {
    const project = keep(await makeProject(QUICK, null));
    const { conductor, rig } = project;
    const flood = "i=0; while [ $i -lt 10 ]; do head -c 100000000 /dev/zero | tr '\\0' x; echo; i=$((i+1)); done";
    expect((await conductor("config", "set", "orchestration.agents.command.argv", `sh,-c,${flood}`)).code).toBe(0);
    await addTasks(rig, [{ title: "Talk" }]);
    const child = rig.start("conductor", [
      ...["run", "--agent", "command", "--max-tasks", "1", "--until", "2h"],
      ...RUN.slice(1),
    ]);
    child.stdin!.end();
    const end = ended(child);
    let peakKb = 0;
    const look = setInterval(() => {
      try {
        peakKb = Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1] ?? peakKb);
      } catch {
        // It has ended.
      }
    }, 100);
    const ran = await end;
    clearInterval(look);
    expect(ran.code, ran.stdout + ran.stderr).toBe(14);
    expect(peakKb).toBeGreaterThan(0);
    expect(peakKb).toBeLessThan(300 * 1024);
    expect((await conductor("report")).stdout).toMatch(/output_limit|wrote more/);
  }, 400_000);
});
