import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openRepository, type UserRepository } from "../git/repository.ts";
import { makeTestRepository, type TestRepository } from "../git/test-repository.ts";
import { type Journal, openJournal } from "../journal/journal.ts";
import type { MakeLockfiles } from "../model/conflict.ts";
import { sampleAttempt, sampleSession } from "../model/sample-facts.ts";
import { DEFAULT_POLICY } from "../policy/decide.ts";
import type { RunContext } from "./context.ts";
import { gatherChange } from "./gather-change.ts";
import { makeLadder } from "./ladder.ts";
import { rememberResolution } from "./remember-resolution.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const NOW = new Date("2026-11-20T21:43:00Z");
const ATTEMPT = "run-1/TASK-002/1";
let user: TestRepository;
let repository: UserRepository;
let journal: Journal;
let base: string;
let defects: unknown[];

beforeEach(async () => {
  user = makeTestRepository();
  base = user.commit({ "way.txt": "v\n", "yarn.lock": "v\n", ".github/ci.yml": "v\n" });
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
  mkdirSync(join(user.top, "journal"));
  journal = await openJournal(join(user.top, "journal"), { now: () => NOW });
  await journal.append([
    { type: "session.started", session: sampleSession() },
    { type: "attempt.started", attempt: sampleAttempt("TASK-002"), token: "t" },
    { type: "attempt.started", attempt: sampleAttempt("TASK-003"), token: "t" },
  ]);
  defects = [];
});
afterEach(async () => {
  await journal.close();
  user.remove();
});

const contextWith = (makeLockfiles: MakeLockfiles): RunContext =>
  ({
    journal,
    repository,
    makeLockfiles,
    secrets: [],
    stateDir: user.top,
    settings: { policy: DEFAULT_POLICY },
    gateSets: async () => ({ gates: [], gateFiles: {}, changed: [] }),
    failpoint: () => undefined,
    now: () => NOW,
    onDefect: (error: unknown) => void defects.push(error),
  }) as unknown as RunContext;
const never: MakeLockfiles = async () => {
  throw new Error("must not be asked");
};
const makes =
  (text: string): MakeLockfiles =>
  async ({ conflict }) => ({
    kind: "resolved",
    how: "yarn install",
    files: new Map(conflict.paths.map(({ path }) => [path, Buffer.from(text)] as const)),
  });

function branch(from: string, files: Readonly<Record<string, string>>): string {
  user.git("checkout", "-q", "--detach", from);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(user.root, path)), { recursive: true });
    writeFileSync(join(user.root, path), text);
  }
  const commit = user.commit({});
  user.git("checkout", "-q", "main");
  return commit;
}
async function climb(
  tip: string,
  work: string,
  {
    makeLockfiles = never,
    attempt = ATTEMPT,
  }: { readonly makeLockfiles?: MakeLockfiles; readonly attempt?: string } = {},
): Promise<{ readonly tree: string | null; readonly resolved: readonly string[] }> {
  const { change } = await gatherChange(repository, { base, work, secrets: [], commands: [] });
  const { signal } = new AbortController();
  const ladder = makeLadder(contextWith(makeLockfiles), { attempt, base, work, change, signal });
  const tree = await ladder.settle(tip);
  return { tree, resolved: ladder.resolved() };
}
const said = async (): Promise<readonly string[]> =>
  (await journal.state()).conflicts.map(({ rung, outcome, detail }) => `${rung} ${outcome}: ${detail}`);
const fileOf = async (tree: string | null, path: string): Promise<string> =>
  String(await repository.readFile(tree!, path));

describe("lockfiles", () => {
  it("are made anew where nothing else conflicts, and what is written down names rung, tree and tool", async () => {
    const [tip, work] = [branch(base, { "yarn.lock": "left\n" }), branch(base, { "yarn.lock": "right\n" })];
    const { tree, resolved } = await climb(tip, work, { makeLockfiles: makes("both\n") });
    expect(await fileOf(tree, "yarn.lock")).toBe("both\n");
    expect(resolved).toEqual(["yarn.lock: yarn install"]);
    expect((await journal.state()).conflicts).toMatchObject([
      { attempt: ATTEMPT, rung: "lockfiles", outcome: "settled", tip, work, tree, paths: ["yarn.lock"] },
    ]);
  });

  it("are not made a second time for the same two commits, so that the same lands after an end between", async () => {
    const [tip, work] = [branch(base, { "yarn.lock": "left\n" }), branch(base, { "yarn.lock": "right\n" })];
    const first = await climb(tip, work, { makeLockfiles: makes("both\n") });
    expect(await climb(tip, work, { makeLockfiles: makes("other\n") })).toEqual(first);
    expect(await said()).toEqual(["lockfiles settled: yarn install"]);
    const moved = branch(tip, { "new.txt": "x\n" });
    expect(await fileOf((await climb(moved, work, { makeLockfiles: makes("other\n") })).tree, "yarn.lock")).toBe(
      "other\n",
    );
  });

  it("that cannot be made are left to the next, and why is written down", async () => {
    const [tip, work] = [branch(base, { "yarn.lock": "left\n" }), branch(base, { "yarn.lock": "right\n" })];
    const makeLockfiles: MakeLockfiles = async () => ({ kind: "passed", reason: "yarn is not there" });
    expect(await climb(tip, work, { makeLockfiles })).toEqual({ tree: null, resolved: [] });
    expect(await said()).toEqual(["lockfiles passed: yarn is not there"]);
  });

  it("whose tree git cannot write out are left to the next, and a full disk is nobody's conflict", async () => {
    const [tip, work] = [branch(base, { "yarn.lock": "left\n" }), branch(base, { "yarn.lock": "right\n" })];
    const failing =
      (error: WerkError): MakeLockfiles =>
      async () => {
        throw error;
      };
    const links = new WerkError("GIT_FAILED", "the tree has symbolic links that lead out of it: a");
    expect((await climb(tip, work, { makeLockfiles: failing(links) })).tree).toBeNull();
    expect(await said()).toEqual([`lockfiles passed: ${links.message}`]);
    const full = new WerkError("STORE_FULL", "there is no room left");
    await expect(climb(tip, work, { makeLockfiles: failing(full) })).rejects.toThrow(full);
  });

  it("get nothing past people: what policy asks about in the merge it must have asked about in the work", async () => {
    const tip = branch(base, { "yarn.lock": "left\n" });
    const work = branch(base, { "yarn.lock": "right\n" });
    const makeLockfiles: MakeLockfiles = async () => ({
      kind: "resolved",
      how: "a tool that goes too far",
      files: new Map([
        ["yarn.lock", Buffer.from("both\n")],
        [".github/ci.yml", Buffer.from("planted\n")],
      ]),
    });
    expect((await climb(tip, work, { makeLockfiles })).tree).toBeNull();
    expect(await said()).toEqual([
      "lockfiles passed: nobody was asked about it: config_changes: .github/ci.yml; gate-files: .github/ci.yml",
    ]);
  });

  it("that would bring a credential, or leave nothing of the work, are refused", async () => {
    const [tip, work] = [branch(base, { "yarn.lock": "left\n" }), branch(base, { "yarn.lock": "right\n" })];
    await climb(tip, work, { makeLockfiles: makes(`resolved "https://x/?t=ghp_${"a1B2".repeat(9)}"\n`) });
    await climb(tip, work, { makeLockfiles: makes("left\n") });
    expect(await said()).toEqual([
      expect.stringMatching(/^lockfiles passed: the merge is refused: yarn\.lock line 1 looks like a /),
      "lockfiles passed: nothing of the work would be left",
    ]);
  });
});

describe("package.json and its lockfile together", () => {
  const manifest = (deps: Readonly<Record<string, string>>, more: Readonly<Record<string, unknown>> = {}): string =>
    `${JSON.stringify({ name: "app", dependencies: deps, ...more }, null, 2)}\n`;
  const with2 = (deps: Readonly<Record<string, string>>, lock: string, more = {}) => ({
    "package.json": manifest(deps, more),
    "package-lock.json": lock,
  });

  it("are merged key by key, and then locked anew", async () => {
    const start = branch(base, with2({ m: "1" }, "v\n", { scripts: { build: "true" } }));
    const tip = branch(start, with2({ a: "1", m: "1" }, "left\n", { scripts: { build: "true" } }));
    const work = branch(start, with2({ b: "1", m: "1" }, "right\n", { scripts: { build: "true" } }));
    base = start;
    const seen: string[] = [];
    const makeLockfiles: MakeLockfiles = async (wish) => {
      seen.push(await fileOf(wish.conflict.tree, "package.json"), ...wish.conflict.paths.map(({ path }) => path));
      return makes("both\n")(wish);
    };
    const { tree, resolved } = await climb(tip, work, { makeLockfiles });
    const wanted = manifest({ a: "1", b: "1", m: "1" }, { scripts: { build: "true" } });
    expect(seen).toEqual([wanted, "package-lock.json"]);
    expect(await fileOf(tree, "package.json")).toBe(wanted);
    expect(await fileOf(tree, "package-lock.json")).toBe("both\n");
    expect(resolved).toEqual(["package-lock.json, package.json: package.json key by key, yarn install"]);
  });

  it("keep the ends of lines that the manifest has", async () => {
    const crlf = (deps: Readonly<Record<string, string>>, lock: string) => ({
      "package.json": manifest(deps).replaceAll("\n", "\r\n"),
      "package-lock.json": lock,
    });
    const start = branch(base, crlf({ m: "1" }, "v\n"));
    const [tip, work] = [
      branch(start, crlf({ a: "1", m: "1" }, "left\n")),
      branch(start, crlf({ b: "1", m: "1" }, "right\n")),
    ];
    base = start;
    const { tree } = await climb(tip, work, { makeLockfiles: makes("both\n") });
    const wanted = manifest({ a: "1", b: "1", m: "1" });
    expect(await fileOf(tree, "package.json")).toBe(wanted.replaceAll("\n", "\r\n"));
  });

  it.each([
    ["both have changed one key", { a: "2", m: "1" }, { a: "3", m: "1" }, "both sides have changed dependencies.a"],
    ["one took out what the other changed", { m: "1" }, { a: "3", m: "1" }, "both sides have changed dependencies.a"],
  ])("go to an agent where %s", async (_, ours, theirs, why) => {
    const start = branch(base, with2({ a: "1", m: "1" }, "v\n"));
    const [tip, work] = [branch(start, with2(ours, "left\n")), branch(start, with2(theirs, "right\n"))];
    base = start;
    expect((await climb(tip, work)).tree).toBeNull();
    expect((await said())[0]).toBe(`lockfiles passed: package.json: ${why}`);
  });

  it("go to an agent where something else conflicts too", async () => {
    const start = branch(base, with2({ m: "1" }, "v\n"));
    const sides = (name: string) => ({ ...with2({ [name]: "1", m: "1" }, `${name}\n`), "way.txt": `${name}\n` });
    const [tip, work] = [branch(start, sides("a")), branch(start, sides("b"))];
    base = start;
    const makeLockfiles: MakeLockfiles = async () => ({ kind: "passed", reason: "way.txt is no lockfile" });
    expect((await climb(tip, work, { makeLockfiles })).tree).toBeNull();
  });
});

describe("a conflict that an agent has settled", () => {
  const hand = async (tip: string, work: string): Promise<void> => {
    await journal.append([
      {
        type: "conflict.met",
        attempt: ATTEMPT,
        rung: "agent",
        outcome: "handed",
        tip,
        work,
        base,
        paths: ["way.txt"],
        tree: null,
        detail: "way.txt",
      },
    ]);
  };
  const remember = async (base_: string, commit: string): Promise<void> => {
    const tree = await repository.treeOf(commit);
    const work = { commit, tree, ref: "refs/conductor/work/TASK-002/1" };
    await rememberResolution(contextWith(never), { task: "TASK-002", base: base_, work, commit });
    expect(defects).toEqual([]);
  };

  it("is settled in the same way once that has landed, for another task too, and says where it comes from", async () => {
    const [tip, work] = [branch(base, { "way.txt": "left\n" }), branch(base, { "way.txt": "right\n" })];
    expect((await climb(tip, work)).tree).toBeNull();
    await hand(tip, work);
    const settled = branch(tip, { "way.txt": "left, right\n", "more.txt": "of the agent\n" });
    await remember(tip, settled);
    const again = await climb(tip, work, { attempt: "run-1/TASK-003/1" });
    expect(await fileOf(again.tree, "way.txt")).toBe("left, right\n");
    expect(await repository.listFiles(again.tree!)).not.toContain("more.txt");
    expect(again.resolved).toEqual([`way.txt: as in TASK-002 (${settled.slice(0, 7)})`]);
    expect(await said()).toEqual([
      "recorded passed: no resolution of way.txt is kept for this conflict",
      "agent handed: way.txt",
      `recorded settled: as in TASK-002 (${settled.slice(0, 7)})`,
    ]);
  });

  it("is not kept where the work began elsewhere, or did not change", async () => {
    const [tip, work] = [branch(base, { "way.txt": "left\n" }), branch(base, { "way.txt": "right\n" })];
    await hand(tip, work);
    await remember(base, branch(base, { "way.txt": "left, right\n" }));
    await remember(tip, work);
    expect((await climb(tip, work)).tree).toBeNull();
  });

  it("goes to an agent all the same where people decide about the file", async () => {
    const path = ".github/ci.yml";
    const [tip, work] = [branch(base, { [path]: "left\n" }), branch(base, { [path]: "right\n" })];
    await hand(tip, work);
    await remember(tip, branch(tip, { [path]: "left, right\n" }));
    expect((await climb(tip, work)).tree).toBeNull();
    expect((await said()).at(-1)).toBe(`recorded passed: ${path} is for people to decide`);
  });
});
