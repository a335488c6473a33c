/** Taking work out of a clone ends in bounded time, and what was not looked at is not taken for nothing. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Workspace } from "../model/repository.ts";
import { detectConfinement } from "../sandbox/confinement.ts";
import { takeWork } from "./bundle.ts";
import { openRepository, type UserRepository } from "./repository.ts";
import { salvage } from "./salvage.ts";
import { makeTestRepository, type TestRepository, writeFiles } from "./test-repository.ts";
import { prepareWorkspace } from "./workspace.ts";

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const stateDir = mkdtempSync(join(tmpdir(), "conductor-state-"));
const { confinement } = await detectConfinement({ env: process.env, stateDir });
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

const MINUTE = 60_000;
let user: TestRepository;
let repository: UserRepository;
let workspace: Workspace;
let wish: Parameters<typeof takeWork>[0];

beforeEach(async () => {
  user = makeTestRepository();
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
  const base = user.git("rev-parse", "HEAD");
  workspace = await prepareWorkspace({ repository, base, branch: "feature/TASK-001", dir: join(user.top, "work/1") });
  wish = { repository, workspace, confinement, marker: "test/deadline", task: "TASK-001", n: 1, autoCommit: true };
});
afterEach(() => user.remove());

const inside = (...args: readonly string[]): string =>
  execFileSync("git", args, { cwd: workspace.dir, env: user.env, encoding: "utf8", stdio: "pipe" }).trimEnd();
function branches(...names: readonly string[]): readonly string[] {
  const commits = names.map((name) => {
    inside("checkout", "-q", "-b", name, workspace.base);
    writeFiles(workspace.dir, { [`${name}.txt`]: name });
    inside("add", "-A");
    inside("commit", "-q", "-m", name);
    return inside("rev-parse", "HEAD");
  });
  inside("checkout", "-q", "feature/TASK-001");
  return commits;
}
/** So much time goes by between two looks at it. */
const passing = (ms: number): (() => number) => {
  let now = 0;
  return () => {
    now += ms;
    return now;
  };
};

describe("taking work out of a clone", () => {
  it("keeps the work itself when there is no time for the rest", async () => {
    const commits = branches("one", "two", "three", "four");
    inside("commit", "-q", "--allow-empty", "-m", "work");
    const tip = inside("rev-parse", "HEAD");
    // What is left for the first look, and for two more.
    const part = await takeWork({ ...wish, clock: passing(2 * MINUTE) });
    expect(part).toMatchObject({
      kind: "work",
      commit: tip,
      unfinished: expect.stringMatching(/^refs\/heads\/\w+ was not brought out: /),
    });
    expect(part.aside.length).toBeLessThan(4);
    const later = await salvage({ ...wish, kept: tip });
    expect(later).toMatchObject({ kind: "nothing", unfinished: null });
    expect(later.aside.map(({ commit }) => commit).sort()).toEqual([...commits].sort());
  });

  it("says so when git was ended in the middle", async () => {
    branches("one");
    const part = await salvage({ ...wish, kept: null, deadlineMs: 1 });
    expect(part).toEqual({
      kind: "nothing",
      aside: [],
      unfinished: expect.stringMatching(/was cut off|was not brought out/),
    });
  });

  it("says so when there are more refs than are listed", async () => {
    const packed = Array.from(
      { length: 6_000 },
      (_, n) => `${workspace.base} refs/heads/n${String(n).padStart(30, "0")}`,
    );
    writeFiles(workspace.dir, { ".git/packed-refs": `${packed.join("\n")}\n` });
    const saved = await salvage({ ...wish, kept: null });
    expect(saved).toMatchObject({ unfinished: "the list of its branches was cut off (too long)" });
  });

  it("keeps every entry of a long stash", async () => {
    const made = [1, 2, 3].map((n) => {
      writeFiles(workspace.dir, { "readme.md": `stash ${n}\n` });
      inside("stash", "push", "-q");
      return inside("rev-parse", "refs/stash");
    });
    // Two of them again and again, on top of the first.
    for (let n = 0; n < 60; n += 1) inside("stash", "store", "-m", "again", made[1 + (n % 2)]!);
    const { aside, unfinished } = await salvage({ ...wish, kept: null });
    expect(unfinished).toBeNull();
    expect(aside.map(({ commit }) => commit).sort()).toEqual([...made].sort());
  });
});
