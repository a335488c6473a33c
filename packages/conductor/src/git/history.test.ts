import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { lookAtIntegration, moveIntegration } from "./integration.ts";
import { openRepository, type UserRepository } from "./repository.ts";
import { makeTestRepository, type TestRepository } from "./test-repository.ts";

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let user: TestRepository;
let repository: UserRepository;
let base: string;
beforeEach(async () => {
  user = makeTestRepository();
  base = user.git("rev-parse", "HEAD");
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
});
afterEach(() => user.remove());

describe("history", () => {
  it("lists commits with their trailers, newest first", async () => {
    user.commit({ a: "1" }, "feat: one\n\nbody\n\nTask: TASK-001\nReceipt: test pass r1\nReceipt: lint pass r2");
    const tip = user.commit({ a: "2" }, "fix: two → ü");
    const commits = await repository.commitsBetween(base, tip);
    expect(commits.map(({ subject, trailers }) => [subject, trailers])).toEqual([
      ["fix: two → ü", {}],
      ["feat: one", { Task: ["TASK-001"], Receipt: ["test pass r1", "lint pass r2"] }],
    ]);
    expect(commits[1]).toMatchObject({ parents: [base], authorEmail: "ada@example.org" });
    expect(await repository.commitsBetween(tip, tip)).toEqual([]);
  });
});

describe("the size of what a commit brings", () => {
  it("is what git counts: lines of text, whole files of what is binary, nothing for what is only renamed", async () => {
    user.commit({ "src/a.ts": "export const a = 2;\nexport const b = 3;\n", "long name\n.txt": "1\n2\n3\n" });
    user.git("mv", "readme.md", "README.md");
    user.commit({ "picture.bin": "a\0b" });
    const tip = user.commit({ "empty.txt": "" });
    expect(await repository.sizeBetween(base, tip)).toEqual({
      commits: 3,
      files: 5,
      added: 5,
      removed: 1,
      binaries: 1,
    });
    expect(user.git("diff", "--shortstat", base, tip)).toBe(" 5 files changed, 5 insertions(+), 1 deletion(-)");
    expect(await repository.sizeBetween(tip, tip)).toEqual({ commits: 0, files: 0, added: 0, removed: 0, binaries: 0 });
  });

  it("is told by what is in the files, whatever attributes say of them", async () => {
    user.commit({ ".gitattributes": "*.lock -diff\n*.map binary\n*.bin diff\n" });
    const from = user.git("rev-parse", "HEAD");
    const tip = user.commit({ "a.lock": "1\n2\n", "a.map": "1\n", "a.bin": "a\0b" });
    const size = { commits: 1, files: 3, added: 3, removed: 0, binaries: 1 };
    expect(await repository.sizeBetween(from, tip)).toEqual(size);
  });
});

describe("the integration branch", () => {
  const ref = "refs/heads/conductor/main";
  const look = () => lookAtIntegration(repository, "refs/heads/main");
  const move = async () => {
    const place = await look();
    if (place.kind === "conflict") throw new Error("conflict");
    await moveIntegration(repository, place);
    return place;
  };

  it("begins at the target, and moves nothing by being looked at", async () => {
    expect(await look()).toEqual({ kind: "new", ref, held: null, start: base, targetCommit: base });
    expect(await repository.resolve(ref)).toBeNull();
    await move();
    expect(await repository.resolve(ref)).toBe(base);
  });

  it("is used again while it holds the target, and moves up when the target went ahead of it", async () => {
    await move();
    const tree = await repository.treeOf(base);
    const landed = await repository.commitTree({ tree, parents: [base], message: "x" });
    await repository.updateRef(ref, landed, base);
    expect(await move()).toEqual({ kind: "current", ref, held: landed, start: landed, targetCommit: base });
    user.git("merge", "-q", "--ff-only", landed);
    const next = user.commit({ a: "1" });
    expect(await move()).toEqual({ kind: "behind", ref, held: landed, start: next, targetCommit: next });
    expect(await repository.resolve(ref)).toBe(next);
  });

  it("merges what both have, without moving anything until it is told to", async () => {
    await move();
    const work = user.git("commit-tree", "-p", base, "-m", "x", await treeWith("landed.txt", "1"));
    await repository.updateRef(ref, work, base);
    const theirs = user.commit({ b: "1" });
    const place = await look();
    expect(place).toMatchObject({ kind: "merged", held: work, targetCommit: theirs });
    expect(await repository.resolve(ref)).toBe(work);
    if (place.kind !== "merged") throw new Error(place.kind);
    expect(user.git("rev-list", "--parents", "-1", place.start).split(" ").slice(1)).toEqual([work, theirs]);
    expect(await repository.listFiles(place.start)).toEqual(expect.arrayContaining(["b", "landed.txt"]));
    await moveIntegration(repository, place);
    expect(await repository.resolve(ref)).toBe(place.start);
    expect(await look()).toMatchObject({ kind: "current", start: place.start });
  });

  it("takes a part that was taken from it for what it is, though others have changed the same lines since", async () => {
    await move();
    const lands = async (parent: string, text: string): Promise<string> =>
      user.git("commit-tree", "-p", parent, "-m", "landed", await treeWith("readme.md", text));
    const first = await lands(base, "one\n");
    const second = await lands(first, "one and two\n");
    await repository.updateRef(ref, second, base);
    user.commit({ "readme.md": "one\n" }, `feat: one\n\nTask: TASK-001\nLanded-as: ${first}`);
    expect(await look()).toMatchObject({ kind: "merged" });
    const theirs = user.commit({ "mine.txt": "mine\n" });
    const place = await look();
    if (place.kind !== "merged") throw new Error(place.kind);
    expect(user.git("show", `${place.start}:readme.md`)).toBe("one and two");
    expect(user.git("rev-list", "--parents", "-1", place.start).split(" ").slice(1)).toEqual([second, theirs]);
    expect(await repository.listFiles(place.start)).toContain("mine.txt");
    // Where it was taken back there, nothing takes it back here.
    const back = user.git("commit-tree", "-p", second, "-m", `revert: one\n\nReverts: ${first}`, `${base}^{tree}`);
    await repository.updateRef(ref, back, second);
    const kept = await look();
    if (kept.kind !== "merged") throw new Error(kept.kind);
    expect(user.git("show", `${kept.start}:readme.md`)).toBe("one");
  });

  it("names the paths when both changed the same lines", async () => {
    await move();
    const work = user.git("commit-tree", "-p", base, "-m", "x", await treeWith("readme.md", "theirs\n"));
    await repository.updateRef(ref, work, base);
    user.commit({ "readme.md": "mine\n" });
    expect(await look()).toMatchObject({ kind: "conflict", paths: ["readme.md"] });
  });

  it("does not move what somebody else has moved since", async () => {
    await move();
    const place = { ref, held: "1".repeat(40), start: user.commit({ a: "1" }) };
    await expect(moveIntegration(repository, place)).rejects.toMatchObject({ code: "GIT_FAILED" });
    expect(await repository.resolve(ref)).toBe(base);
  });

  it("needs the target", async () => {
    await expect(lookAtIntegration(repository, "refs/heads/nope")).rejects.toMatchObject({ code: "GIT_REF_NOT_FOUND" });
  });

  /** The base's tree with one file changed. */
  async function treeWith(path: string, text: string): Promise<string> {
    const index = join(user.top, `index-${path.replace(/\W/g, "-")}`);
    const run = (input: string, ...args: readonly string[]): string =>
      execFileSync("git", args, {
        cwd: user.root,
        env: { ...user.env, GIT_INDEX_FILE: index },
        input,
        encoding: "utf8",
      }).trim();
    run("", "read-tree", base);
    const blob = run(text, "hash-object", "-w", "--stdin");
    run("", "update-index", "--add", "--cacheinfo", `100644,${blob},${path}`);
    return run("", "write-tree");
  }
});
