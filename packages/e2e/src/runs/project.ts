/** A small repository, its tasks, and a scripted agent that works on them: what the stories of runs begin with. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Scenario } from "@taskwerk/rehearsal/scenario";
import { afterEach } from "vitest";
import { makeRig, type Rig } from "../rig.ts";

const AGENT = resolve(fileURLToPath(import.meta.url), "../../../../conductor/dist/scripted-agent.cjs");

export interface Project {
  readonly rig: Rig;
  readonly git: (...args: readonly string[]) => string;
  /** The environment that conductor's own configuration is found with. */
  readonly env: Readonly<Record<string, string>>;
  /** `conductor` in the repository. */
  readonly conductor: (...args: readonly string[]) => ReturnType<Rig["run"]>;
}

/** Files that make a repository with one gate: its tests. */
export const PLAIN: Readonly<Record<string, string>> = {
  "package.json": `${JSON.stringify({ name: "plain", type: "module", scripts: { test: "node --test" } }, null, 2)}\n`,
  "base.test.js": 'import { test } from "node:test";\ntest("base", () => {});\n',
};

/** The same with one gate that takes no time, for what is not about gates. */
export const QUICK: Readonly<Record<string, string>> = {
  "package.json": `${JSON.stringify({ name: "quick", type: "module", scripts: { lint: "true" } }, null, 2)}\n`,
};

/** Makes it, with a commit and a configuration for the scenario. */
export async function makeProject(
  files: Readonly<Record<string, string>>,
  scenario: Scenario | null,
): Promise<Project> {
  const rig = await makeRig();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(rig.dir, path)), { recursive: true });
    writeFileSync(join(rig.dir, path), text);
  }
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, {
      cwd: rig.dir,
      encoding: "utf8",
      env: { ...rig.env },
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  git("init", "--quiet", "--initial-branch=main");
  git("config", "user.name", "Tester");
  git("config", "user.email", "tester@example.invalid");
  git("add", "--all");
  git("commit", "--quiet", "-m", "chore: start");
  const config = join(rig.env.HOME!, ".config", "conductor");
  mkdirSync(config, { recursive: true });
  const play = join(rig.env.HOME!, "play");
  mkdirSync(play, { recursive: true });
  if (scenario !== null) {
    writeFileSync(join(play, "scenario.json"), JSON.stringify(scenario));
    writeFileSync(
      join(config, "config.yml"),
      JSON.stringify({
        orchestration: {
          agent: "command",
          agents: {
            command: {
              argv: [process.execPath, AGENT, join(play, "scenario.json")],
              paid_by: "nobody (scripted)",
              reports_usage: true,
            },
          },
        },
      }),
    );
  }
  return { rig, git, env: rig.env, conductor: (...args) => rig.run("conductor", args) };
}

/** For the stories of one file: each project that is handed in is removed when its story is over. */
export function keepProjects(): (project: Project) => Project {
  const open: Project[] = [];
  afterEach(async () => {
    for (const { rig } of open.splice(0)) await rig.remove();
  });
  return (project) => {
    open.push(project);
    return project;
  };
}

/** Tasks in taskwerk, in this order; a text is a title, `after` names one before. */
export async function addTasks(
  rig: Rig,
  tasks: readonly (string | { readonly title: string; readonly after?: string })[],
): Promise<void> {
  await rig.taskwerk("init");
  const ids = new Map<string, string>();
  for (const task of tasks) {
    const { title, after } = typeof task === "string" ? { title: task } : task;
    const more = after === undefined ? [] : ["--after", ids.get(after)!];
    const data = await rig.data<{ changed: readonly { id: string }[] }>("add", title, ...more);
    ids.set(title, data.changed[0]!.id);
  }
}

/** The data of a `--json` answer. */
export const dataOf = <T>(ran: { readonly stdout: string }): T => JSON.parse(ran.stdout).data as T;
