/** A project whose tests need installed packages: what the setup makes is in every clone and every checkout, and in no commit. */
import { execFileSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { agentScript, scenarioOf } from "@taskwerk/rehearsal/agent-script";
import { describe, expect, it } from "vitest";
import { addTasks, keepProjects, makeProject, type Project } from "./project.ts";

const USES = "node -e \"if (require('greeting') !== 'hello') process.exit(1)\"";
const SCENARIO = scenarioOf([
  agentScript("Greet").runs(USES, "ok").writes("greet.txt", "hello\n").finishes(),
  agentScript("Wave").runs(USES, "ok").writes("wave.txt", "hello\n").finishes(),
]);
const FILES = {
  "package.json": `${JSON.stringify({ name: "greets", private: true, scripts: { lint: USES } }, null, 2)}\n`,
  ".gitignore": "node_modules/\n",
  "vendored/package.json": `${JSON.stringify({ name: "greeting", version: "1.0.0", main: "index.js" })}\n`,
  "vendored/index.js": 'module.exports = "hello";\n',
};
const RUN = ["orchestrate", "run", "--auto", "--allow-unsandboxed", "--budget", "1", "--concurrency", "2", "--json"];

describe("the setup of a clone", () => {
  const keep = keepProjects();
  /** A project with one dependency, as npm packs and locks it. */
  const start = async (): Promise<Project> => {
    const project = keep(await makeProject(FILES, SCENARIO));
    const { rig, git } = project;
    const npm = (...args: readonly string[]): string =>
      execFileSync("npm", args, { cwd: rig.dir, env: { ...rig.env }, encoding: "utf8", stdio: "pipe" });
    npm("pack", "./vendored", "--silent");
    npm("install", "./greeting-1.0.0.tgz", "--offline", "--no-audit", "--no-fund", "--silent");
    rmSync(join(rig.dir, "node_modules"), { recursive: true });
    git("add", "--all");
    git("commit", "--quiet", "-m", "chore: depend on greeting");
    await addTasks(rig, [{ title: "Greet" }, { title: "Wave" }]);
    return project;
  };

  it("is proposed where packages are missing, made once, and copied into every clone and checkout", {
    tags: ["long"],
    timeout: 400_000,
  }, async () => {
    const { conductor, git, rig } = await start();
    const bare = await conductor(...RUN);
    expect(bare.code, bare.stdout).toBe(4);
    expect(JSON.parse(bare.stdout).error.code).toBe("POLICY_UNMET");
    expect((await conductor("doctor")).stdout).toContain('conductor config set setup.run "npm ci"');

    expect((await conductor("config", "set", "setup.run", "npm ci --offline --no-audit")).code).toBe(0);
    const ran = await conductor(...RUN);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(git("rev-list", "--count", "main..conductor/main")).toBe("2");
    expect(git("ls-tree", "-r", "--name-only", "conductor/main")).not.toContain("node_modules");
    const state = join(rig.env.HOME!, ".local/state/conductor");
    const [repository = ""] = readdirSync(state);
    expect(readdirSync(join(state, repository, "setup"))).toHaveLength(1);
    const dry = await conductor("run", "--auto", "--allow-unsandboxed", "--budget", "1", "--dry-run");
    expect(dry.stdout + dry.stderr).toMatch(/Setup +npm ci --offline --no-audit \(kept\)/);
  });

  it("that fails, or whose files would be taken for work, is said before anything begins", async () => {
    const { conductor, git } = await start();
    await conductor("config", "set", "setup.run", "echo no such registry >&2; exit 3");
    const failed = await conductor(...RUN);
    expect(failed.code, failed.stdout).toBe(4);
    expect(JSON.parse(failed.stdout).error).toMatchObject({
      code: "SETUP_FAILED",
      message: expect.stringContaining("no such registry"),
      hint: expect.stringContaining("setup.network"),
    });
    await conductor("config", "set", "setup.run", "mkdir -p deps node_modules && touch deps/one node_modules/two");
    const untidy = await conductor(...RUN);
    expect(JSON.parse(untidy.stdout).error).toMatchObject({
      code: "SETUP_FAILED",
      message: expect.stringContaining("deps"),
    });
    expect(git("branch", "--list", "conductor/*")).toBe("");
  }, 400_000);
});
