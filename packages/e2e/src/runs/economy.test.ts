/** How often git is asked: counted, since what it costs in time is another thing on every machine. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { addTasks, keepProjects, makeProject, type Project, QUICK } from "./project.ts";

const NAMES = ["alpha", "beta", "gamma"];
const SCENARIO = scenarioOf(
  NAMES.map((name) => agentScript(`Make ${name}`).writes(`${name}.js`, `export const ${name} = 1;\n`).finishes()),
);
const RUN = ["orchestrate", "run", "--auto", "--allow-unsandboxed", "--budget", "1", "--concurrency", "1", "--json"];

/** A git that writes down what conductor asks before it answers; agents and gates are not counted. */
function watched({ rig }: Project): { readonly env: Readonly<Record<string, string>>; calls(): readonly string[] } {
  const [bin, log] = [join(rig.dir, "..", "bin"), join(rig.dir, "..", "git.log")];
  mkdirSync(bin);
  writeFileSync(log, "");
  writeFileSync(
    join(bin, "git"),
    [
      "#!/bin/sh",
      `PATH="\${PATH#*:}"`,
      `if [ "\${GIT_NO_LAZY_FETCH:-}" = 1 ]; then`,
      '  line=""',
      '  skip=""',
      '  for word in "$@"; do',
      '    if [ -n "$skip" ]; then skip=""; continue; fi',
      '    if [ -z "$line" ] && [ "$word" = -c ]; then skip=1; continue; fi',
      '    line="$line$word "',
      "  done",
      `  printf '%s\\n' "$line" >>'${log}'`,
      "fi",
      'exec git "$@"',
      "",
    ].join("\n"),
  );
  chmodSync(join(bin, "git"), 0o755);
  return {
    env: { PATH: `${bin}:${rig.env.PATH}` },
    calls: () => readFileSync(log, "utf8").split("\n").slice(0, -1),
  };
}

/** The calls up to each move of the branch that landings go to, and those after the last. */
function byLanding(calls: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  for (const call of calls) {
    parts.at(-1)!.push(call);
    if (/^update-ref .* refs\/heads\/conductor\/main /.test(call)) parts.push([]);
  }
  return parts;
}

/** The reader is one process for many questions, and is begun again when nothing was asked for a while. */
const oneByOne = (calls: readonly string[]): readonly string[] =>
  calls.filter((call) => !call.startsWith("cat-file --batch-command"));

/** Whoever asks taskwerk fails. */
const NO_TASKWERK = { CONDUCTOR_TASKWERK: "/nonexistent/taskwerk" };

describe("git", () => {
  const keep = keepProjects();

  it("is asked a few times for a task that lands, and once for a status", async () => {
    const project = keep(await makeProject(QUICK, SCENARIO));
    await addTasks(
      project.rig,
      // One after the other, so that the calls of each can be told from those of the next.
      NAMES.map((name, at) => ({ title: `Make ${name}`, ...(at === 0 ? {} : { after: `Make ${NAMES[at - 1]}` }) })),
    );
    const git = watched(project);
    const ran = await project.rig.run("conductor", RUN, { env: git.env });
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    const parts = byLanding(git.calls());
    expect(parts).toHaveLength(5);
    const said = parts.map((calls) => calls.join("\n"));
    expect(oneByOne(parts[0]!).length, said[0]).toBeLessThanOrEqual(10);
    // Five of them look at the files while the agent is at work: once after each of its steps.
    for (const one of [2, 3]) expect(oneByOne(parts[one]!).length, said[one]).toBeLessThanOrEqual(20);

    const before = git.calls().length;
    const status = await project.rig.run("conductor", ["status", "--json"], { env: git.env });
    expect(
      JSON.parse(status.stdout).data.landedLast.map(({ landed }: { landed: { inGit: boolean } }) => landed.inGit),
    ).toEqual([true, true, true]);
    expect(git.calls().slice(before)).toEqual(["cat-file --batch-command "]);

    // Again: nobody is asked, not even for the tasks, while nothing has changed.
    const again = async (env: Readonly<Record<string, string>> = {}): Promise<readonly string[]> => {
      const asked = git.calls().length;
      const { stdout } = await project.rig.run("conductor", ["status", "--json"], { env: { ...git.env, ...env } });
      return [timeless(stdout), ...git.calls().slice(asked)];
    };
    const first = timeless(status.stdout);
    // A look is kept once it lies long enough behind the last change.
    await expect.poll(again, { timeout: 30_000 }).toEqual([first]);
    expect(await again(NO_TASKWERK)).toEqual([first]);
    const look = async (flags: readonly string[] = ["--json"]) =>
      (await project.rig.run("conductor", ["status", ...flags])).stdout;
    // How long ago something was goes on between two looks.
    const still = async (): Promise<string> => (await look([])).replaceAll(/\d+m?s ago|running \S+/g, "");
    expect(await still()).toBe(await still());
    const data = async () => JSON.parse(await look()).data;

    await addTasks(project.rig, ["Make delta"]);
    expect((await data()).counts).toMatchObject({ total: 4, landed: 3 });
    project.git("commit", "--quiet", "--allow-empty", "-m", "chore: more");
    expect((await data()).session.targetNow).toBe(project.git("rev-parse", "main"));
    project.git("pack-refs", "--all");
    project.git("update-ref", "-d", "refs/heads/conductor/main");
    expect((await data()).session.tip).toBeNull();
    await project.rig.run("conductor", RUN);
    expect((await data()).session.id).toBe("run-2");
  }, 300_000);
});

/** A status without the time at which it was asked for. */
const timeless = (status: string): string => status.replace(/"now":"[^"]*"/, "");
