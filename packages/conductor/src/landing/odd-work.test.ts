/** Work that is odd in every way git has for it lands as what was judged, or is not taken at all. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Outcome, takeWork } from "../git/bundle.ts";
import { receiveBundle } from "../git/incoming.ts";
import { openRepository, type UserRepository } from "../git/repository.ts";
import { makeTestRepository, type TestRepository } from "../git/test-repository.ts";
import { prepareWorkspace } from "../git/workspace.ts";
import type { Workspace } from "../model/repository.ts";
import { detectConfinement } from "../sandbox/confinement.ts";
import type { Landing } from "./land.ts";
import { landGreen, REF } from "./test-landing.ts";

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const stateDir = mkdtempSync(join(tmpdir(), "conductor-state-"));
const { confinement } = await detectConfinement({ env: process.env, stateDir });
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

let user: TestRepository;
let repository: UserRepository;
let workspace: Workspace;
let base: string;
/** Objects that were made as they are. */
const made = new Set<string>();

beforeEach(async () => {
  user = makeTestRepository();
  base = user.commit({ "a.txt": "one\ntwo\nthree\n", "run.sh": "#!/bin/sh\n" });
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
  await repository.updateRef(REF, base, null);
  workspace = await prepareWorkspace({ repository, base, branch: "feature/TASK-001", dir: join(user.top, "work/1") });
});
afterEach(() => {
  made.clear();
  user.remove();
});

const inside = (input: string | Buffer, ...args: readonly string[]): string =>
  execFileSync("git", args, { cwd: workspace.dir, env: user.env, input }).toString().trimEnd();
const take = (): Promise<Outcome> =>
  takeWork({ repository, workspace, confinement, marker: "m", task: "TASK-001", n: 1, autoCommit: false });
/** An object as it is, whatever git thinks of it. */
function raw(type: string, contents: string | Buffer): string {
  const id = inside(contents, "hash-object", "-w", "-t", type, "--literally", "--stdin");
  made.add(id);
  return id;
}
const put = (commit: string): void => void inside("", "update-ref", "refs/heads/feature/TASK-001", commit);
/** What the agent has changed in its files, as one commit. */
function commits(...parents: readonly string[]): string {
  inside("", "add", "-A");
  const all = [base, ...parents].flatMap((parent) => ["-p", parent]);
  return inside("", "commit-tree", inside("", "write-tree"), ...all, "-m", "feat: work");
}
const bring = (commit: string): Promise<Landing> => landGreen(repository, base, commit);
async function landsFirst(files: Readonly<Record<string, string>>): Promise<string> {
  user.git("checkout", "-q", "--detach", base);
  const commit = user.commit(files);
  user.git("checkout", "-q", "main");
  expect((await bring(commit)).kind).toBe("landed");
  return user.git("rev-parse", REF);
}
const write = (path: string, text: string): void => writeFileSync(join(workspace.dir, path), text);

describe("odd work", () => {
  it("merges by its lines, whatever its attributes say, and shows them", async () => {
    const first = await landsFirst({ "a.txt": "ONE\ntwo\nthree\n" });
    write("a.txt", "1\ntwo\nthree\n");
    write(".gitattributes", "* merge=union\na.txt -diff -text merge=ours conflict-marker-size=1\n");
    put(commits());
    const outcome = await take();
    expect(outcome.kind).toBe("work");
    if (outcome.kind !== "work") return;
    expect(await bring(outcome.commit)).toEqual({ kind: "conflict", tip: first, paths: ["a.txt"] });
    expect(await repository.diff(base, outcome.commit, 10_000)).toContain("+1\n");
  });

  it("brings modes, links and commits of other repositories as they were judged", async () => {
    await landsFirst({ "other.txt": "x\n" });
    const link = inside("a.txt", "hash-object", "-w", "--stdin");
    inside("", "update-index", "--chmod=+x", "run.sh");
    inside("", "update-index", "--add", "--cacheinfo", `120000,${link},link`);
    inside("", "update-index", "--add", "--cacheinfo", `160000,${base},sub`);
    const tree = inside("", "write-tree");
    put(inside("", "commit-tree", tree, "-p", base, "-m", "feat: work"));
    const outcome = await take();
    if (outcome.kind !== "work") throw new Error(JSON.stringify(outcome));
    const judged = await repository.changedPaths(base, outcome.commit);
    expect(judged.map(({ path, newMode }) => `${newMode} ${path}`)).toEqual([
      "120000 link",
      "100755 run.sh",
      "160000 sub",
    ]);
    const landing = await bring(outcome.commit);
    if (landing.kind !== "landed") throw new Error(JSON.stringify(landing));
    expect(await repository.changedPaths(`${user.git("rev-parse", `${REF}^`)}`, landing.commit)).toEqual(judged);
  });

  it("takes nothing of its commits but their files: no date, no encoding, no author, no parents", async () => {
    await landsFirst({ "other.txt": "x\n" });
    write("a.txt", "1\ntwo\nthree\n");
    inside("", "add", "-A");
    const tree = inside("", "write-tree");
    const who = "Mallory <m@example.org> 7258118400 +0000";
    const side = raw("commit", `tree ${tree}\nauthor ${who}\ncommitter ${who}\n\nroot\n`);
    const headers = [`tree ${tree}`, `parent ${side}`, `parent ${base}`, `author ${who}`, `committer ${who}`];
    const more = ["encoding ISO-8859-1", "mergetag object 0", "gpgsig -----BEGIN PGP SIGNATURE-----", " x", "x-odd y"];
    put(raw("commit", `${[...headers, ...more].join("\n")}\n\nfeat: caf\xe9\n`));
    const outcome = await take();
    if (outcome.kind !== "work") throw new Error(JSON.stringify(outcome));
    expect((await bring(outcome.commit)).kind).toBe("landed");
    const landed = user.git("cat-file", "commit", REF).split("\n");
    expect(landed.map((line) => line.split(" ")[0])).toEqual(["tree", "parent", "author", "committer", "", "feat:"]);
    expect(landed[2]).toMatch(/^author Ada Lovelace <ada@example\.org> 1\d{9} /);
    expect(user.git("diff", "--name-only", `${REF}^`, REF)).toBe("a.txt");
  });

  it("lands nothing when it is empty, in one commit or in many", async () => {
    const [tree] = [inside("", "rev-parse", "HEAD^{tree}")];
    let tip = base;
    for (const n of [1, 2, 3]) tip = inside("", "commit-tree", tree!, "-p", tip, "-m", `chore: nothing ${n}`);
    put(tip);
    const outcome = await take();
    if (outcome.kind !== "work") throw new Error(JSON.stringify(outcome));
    expect((await bring(outcome.commit)).kind).toBe("no-change");
    expect(user.git("rev-parse", REF)).toBe(base);
  });

  it("has the history that its commits name, whatever its clone pretends: grafts, replaced objects, a shallow file", async () => {
    write("a.txt", "1\n");
    inside("", "add", "-A");
    const orphan = inside("", "commit-tree", inside("", "write-tree"), "-m", "feat: orphan");
    put(orphan);
    const dir = join(workspace.dir, ".git");
    mkdirSync(join(dir, "info"), { recursive: true });
    writeFileSync(join(dir, "info/grafts"), `${orphan} ${base}\n`);
    expect(await take()).toMatchObject({ kind: "rewritten" });
    rmSync(join(dir, "info/grafts"));
    const replaced = inside("", "commit-tree", `${orphan}^{tree}`, "-p", base, "-m", "feat: orphan");
    inside("", "replace", orphan, replaced);
    expect(await take()).toMatchObject({ kind: "rewritten" });
    inside("", "replace", "-d", orphan);
    writeFileSync(join(dir, "shallow"), `${base}\n`);
    put(inside("", "commit-tree", `${orphan}^{tree}`, "-p", base, "-m", "feat: work"));
    const outcome = await take();
    if (outcome.kind === "work") expect(await repository.isAncestor(base, outcome.commit)).toBe(true);
    else expect(outcome.kind).toBe("refused");
    expect(user.git("fsck", "--full", "--no-dangling")).toBe("");
    expect(user.git("rev-parse", "--is-shallow-repository")).toBe("false");
    expect(user.git("for-each-ref", "refs/replace")).toBe("");
  });

  it("is what it is where the user has replaced objects of their own", async () => {
    const tip = await landsFirst({ "other.txt": "x\n" });
    const emptied = user.git("commit-tree", user.git("mktree", "--missing"), "-p", base, "-m", "emptied");
    user.git("replace", tip, emptied);
    write("a.txt", "1\ntwo\nthree\n");
    put(commits());
    const outcome = await take();
    if (outcome.kind !== "work") throw new Error(JSON.stringify(outcome));
    expect((await bring(outcome.commit)).kind).toBe("landed");
    const names = user.git("--no-replace-objects", "ls-tree", "-r", "--name-only", REF).split("\n");
    expect(names).toEqual(["a.txt", "other.txt", "readme.md", "run.sh", "src/a.ts"]);
  });
});

describe("a tree that is not as git makes them", () => {
  const bytes = (mode: string, name: string, id: string): Buffer =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`, "latin1"), Buffer.from(id, "hex")]);
  const blob = (): string => raw("blob", "x");
  /** A bundle as an agent may write it, whose git refuses to. */
  function bundleOf(commit: string): string {
    const pack = execFileSync("git", ["pack-objects", "--quiet", "--stdout"], {
      cwd: workspace.dir,
      env: user.env,
      input: [...made].join("\n"),
    });
    const file = join(user.top, "by-hand.bundle");
    writeFileSync(file, Buffer.concat([Buffer.from(`# v2 git bundle\n-${base}\n${commit} refs/heads/x\n\n`), pack]));
    return file;
  }
  const cases: readonly (readonly [name: string, tree: () => Buffer])[] = [
    ["has a name twice", () => Buffer.concat([bytes("100644", "a", blob()), bytes("100644", "a", blob())])],
    [
      "has a file and a directory of one name",
      () =>
        Buffer.concat([
          bytes("100644", "a", blob()),
          bytes("100644", "a.b", blob()),
          bytes("40000", "a", raw("tree", "")),
        ]),
    ],
    ["is not sorted", () => Buffer.concat([bytes("100644", "b", blob()), bytes("100644", "a", blob())])],
    ["has a path for a name", () => bytes("100644", "a/b", blob())],
    ["has no name", () => bytes("100644", "", blob())],
    ["has a name that leads up", () => bytes("40000", "..", raw("tree", ""))],
    ["has git's name in other letters", () => bytes("40000", ".GIT", raw("tree", ""))],
    ["has git's name with what is not seen", () => bytes("40000", ".g\u00e2\u0080\u008cit", raw("tree", ""))],
    ["has git's short name", () => bytes("40000", "git~1", raw("tree", ""))],
    ["has an entry that is nothing", () => bytes("100644", "a", "0".repeat(40))],
    ["says of a file that it is a directory", () => bytes("40000", "a", blob())],
    ["ends in the middle", () => bytes("100644", "a", blob()).subarray(0, 20)],
  ];
  it.each(cases)("is refused when it %s", async (_name, tree) => {
    const id = raw("tree", tree());
    const who = "Mallory <m@example.org> 1700000000 +0000";
    const commit = raw("commit", `tree ${id}\nparent ${base}\nauthor ${who}\ncommitter ${who}\n\nfeat: odd\n`);
    const file = bundleOf(commit);
    expect(await receiveBundle({ repository, file, ref: "refs/heads/x", limitBytes: 1e8 })).toMatchObject({
      kind: "refused",
    });
    put(commit);
    // Of some of them its own git makes no bundle: then there are only its files, which are as they were.
    expect(["refused", "no-commit"]).toContain((await take()).kind);
    expect(user.git("fsck", "--full", "--no-dangling")).toBe("");
  });

  it.each([true, false])(
    "is refused when it has no end (with files: %s), before git writes an index of it",
    async (files) => {
      let tree = files ? bytes("100644", "f", blob()) : Buffer.alloc(0);
      for (let level = 0; level < 12; level += 1) {
        const id = raw("tree", tree);
        tree = Buffer.concat([..."abcdefghij"].map((name) => bytes("40000", name, id)));
      }
      put(inside("", "commit-tree", raw("tree", tree), "-p", base, "-m", "feat: endless"));
      expect(await take()).toMatchObject({
        kind: "refused",
        reason: expect.stringMatching(
          /^its files cannot be listed: the tree [0-9a-f]{40} has \d+ entries, and 5000000 are/,
        ),
      });
    },
  );
});
