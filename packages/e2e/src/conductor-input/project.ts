/** A small repository with one green test, and an agent that follows a script, as a user would set them up. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, readlink, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Envelope, Failure, Success } from "@taskwerk/contract/envelope";
import type { Scenario } from "@taskwerk/rehearsal/scenario";
import { stringify } from "yaml";
import { makeRig, type Ran, type Rig, type RunOptions } from "../rig.ts";

const run = promisify(execFile);
const REPOSITORY = resolve(fileURLToPath(import.meta.url), "../../../../..");

/** A file of this repository. */
export const ownFile = (path: string): string => join(REPOSITORY, path);

export interface Project {
  readonly rig: Rig;
  readonly dir: string;
  readonly git: (...args: readonly string[]) => Promise<string>;
  /** Writes a file, making its folders. */
  readonly write: (path: string, text: string | Buffer) => Promise<void>;
  readonly conductor: (args: readonly string[], options?: RunOptions) => Promise<Ran>;
  /** The one document on stdout of `conductor … --json`, and the exit code; throws when stdout is anything else. */
  readonly json: <T>(
    args: readonly string[],
    options?: RunOptions,
  ) => Promise<{ readonly exit: number; readonly data: T; readonly error: Failure["error"] | null }>;
  /** Makes the scripted agent the agent that is used. */
  readonly useAgent: (scenario: Scenario, settings?: Readonly<Record<string, unknown>>) => Promise<void>;
}

/** `repository`: false leaves the directory empty. */
export async function makeProject({ repository = true } = {}): Promise<Project> {
  const rig = await makeRig();
  const { dir } = rig;
  const git: Project["git"] = async (...args) =>
    (await run("git", ["-C", dir, ...args], { env: { ...rig.env, GIT_CONFIG_NOSYSTEM: "1" } })).stdout.trim();
  const write: Project["write"] = async (path, text) => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  };
  const conductor: Project["conductor"] = (args, options) => rig.run("conductor", args, options);
  await writeFile(
    join(rig.env.HOME!, ".gitconfig"),
    "[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n",
  );
  if (repository) {
    await write("package.json", PACKAGE);
    await write("src/sum.js", "export const sum = (a, b) => a + b;\n");
    await write("tests/sum.test.js", testOf("sums", "sum(1, 2)", 3));
    await write("tests/more.test.js", testOf("sums nothing", "sum(0, 0)", 0));
    await write(".gitignore", ".taskwerk/\n.conductor/\nignored/\n");
    await git("init", "-q");
    await git("add", "-A");
    await git("commit", "-qm", "chore: as it is");
  }
  return {
    rig,
    dir,
    git,
    write,
    conductor,
    async json<T>(args: readonly string[], options?: RunOptions) {
      const ran = await conductor([...args, "--json"], options);
      const lines = ran.stdout.split("\n").filter((line) => line !== "");
      if (lines.length !== 1) throw new Error(`conductor ${args.join(" ")} --json said: ${JSON.stringify(ran)}`);
      const envelope = JSON.parse(lines[0]!) as Envelope<T>;
      return {
        exit: ran.code,
        data: (envelope as Success<T>).data,
        error: envelope.ok ? null : envelope.error,
      };
    },
    async useAgent(scenario, settings = {}) {
      const file = join(rig.env.HOME!, "scenario", "scenario.json");
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, JSON.stringify(scenario));
      const config = join(rig.env.HOME!, ".config", "conductor", "config.yml");
      await mkdir(dirname(config), { recursive: true });
      const argv = [process.execPath, ownFile("packages/conductor/dist/scripted-agent.cjs"), file];
      await writeFile(
        config,
        stringify({
          orchestration: {
            agent: "command",
            agents: { command: { argv, binds: [dirname(file)], paid_by: "nobody (scripted)", reports_usage: true } },
            ...settings,
          },
        }),
      );
    },
  };
}

const PACKAGE = `${JSON.stringify({ name: "sums", version: "1.0.0", type: "module", scripts: { test: "node --test tests/*.test.js" } }, null, 2)}\n`;

/** A test file of one test about `src/sum.js`. */
export const testOf = (name: string, expression: string, value: number): string =>
  `import assert from "node:assert";\nimport test from "node:test";\nimport { sum } from "../src/sum.js";\ntest("${name}", () => assert.equal(${expression}, ${value}));\n`;

/** The sha256 of every file under `dir`, its links and folders, without conductor's and taskwerk's own and git's objects and refs. */
export async function fingerprintOf(dir: string): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  const visit = async (path: string): Promise<void> => {
    for (const entry of await readdir(path, { withFileTypes: true })) {
      const full = join(path, entry.name);
      const name = relative(dir, full);
      if ([".git", ".conductor", ".taskwerk"].includes(name)) continue;
      if (entry.isDirectory()) {
        found[`${name}/`] = "folder";
        await visit(full);
      } else
        found[name] = entry.isSymbolicLink()
          ? `link to ${await readlink(full)}`
          : createHash("sha256")
              .update(await readFile(full))
              .digest("hex");
    }
  };
  await visit(dir);
  for (const name of ["index", "HEAD", "config"])
    found[`.git/${name}`] = createHash("sha256")
      .update(await readFile(join(dir, ".git", name)))
      .digest("hex");
  return found;
}
