import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openRepository, type UserRepository } from "./repository.ts";
import { fingerprint, makeTestRepository, type TestRepository } from "./test-repository.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let user: TestRepository;
let repository: UserRepository;
let base: string;

beforeEach(async () => {
  user = makeTestRepository();
  base = user.commit({ "way.txt": "v\n", "tool.sh": "v\n" });
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
});
afterEach(() => user.remove());

function branch(from: string, change: () => void): string {
  user.git("checkout", "-q", "--detach", from);
  change();
  const commit = user.commit({});
  user.git("checkout", "-q", "main");
  return commit;
}
const writes = (files: Readonly<Record<string, string>>) => (): void => {
  for (const [path, text] of Object.entries(files)) writeFileSync(join(user.root, path), text);
};

it("says which paths conflict and what each side has there, and nothing of what merges", async () => {
  const ours = branch(base, writes({ "way.txt": "left\n", "new.txt": "a\n", "mine.txt": "m\n" }));
  const theirs = branch(base, () => {
    writes({ "way.txt": "right\n", "new.txt": "b\n", "tool.sh": "more\n" })();
    rmSync(join(user.root, "readme.md"));
  });
  expect(await repository.conflictOf(ours, { base, commit: base })).toBeNull();
  const before = fingerprint(user.root);
  const conflict = (await repository.conflictOf(ours, { base, commit: theirs }))!;
  const blob = (commit: string, path: string) => ({ mode: "100644", blob: user.git("rev-parse", `${commit}:${path}`) });
  expect(conflict.paths).toEqual([
    { path: "new.txt", base: null, ours: blob(ours, "new.txt"), theirs: blob(theirs, "new.txt") },
    { path: "way.txt", base: blob(base, "way.txt"), ours: blob(ours, "way.txt"), theirs: blob(theirs, "way.txt") },
  ]);
  expect(user.git("ls-tree", "-r", "--name-only", conflict.tree).split("\n")).toEqual([
    "mine.txt",
    "new.txt",
    "src/a.ts",
    "tool.sh",
    "way.txt",
  ]);
  const ids = conflict.paths.map(({ theirs: side }) => side!.blob);
  expect([...(await repository.blobs([...ids, ...ids])).values()].map(String)).toEqual(["b\n", "right\n"]);
  expect(fingerprint(user.root)).toEqual(before);
});

it("puts other contents into files, which keep their modes, where the user's git finds them", async () => {
  const start = branch(base, () => chmodSync(join(user.root, "tool.sh"), 0o755));
  const tree = await repository.treeOf(start);
  const settled = await repository.withFiles(tree, new Map([["tool.sh", Buffer.from("a\0\xff", "latin1")]]));
  expect(user.git("ls-tree", settled, "tool.sh")).toMatch(/^100755 blob /);
  expect(await repository.readFile(settled, "tool.sh")).toEqual(Buffer.from("a\0\xff", "latin1"));
  expect(user.git("diff", "--name-only", tree, settled)).toBe("tool.sh");
  await expect(repository.withFiles(tree, new Map([["none.txt", Buffer.from("x")]]))).rejects.toThrow("no file");
  await expect(repository.withFiles(tree, new Map([["src", Buffer.from("x")]]))).rejects.toThrow("no file");
});

it("finds every file of a checkout that is not as it was", async () => {
  const tree = await repository.treeOf(base);
  const dir = join(user.top, "checkout");
  mkdirSync(dir);
  await repository.checkout(tree, dir);
  expect(await repository.touched(tree, dir)).toEqual([]);
  writeFileSync(join(dir, "beside.txt"), "not in the tree\n");
  writeFileSync(join(dir, "way.txt"), "w\n");
  rmSync(join(dir, "readme.md"));
  symlinkSync("/etc/passwd", join(dir, "readme.md"));
  chmodSync(join(dir, "tool.sh"), 0o755);
  rmSync(join(dir, "src"), { recursive: true });
  symlinkSync("/tmp", join(dir, "src"));
  expect(await repository.touched(tree, dir)).toEqual(["readme.md", "src/a.ts", "tool.sh", "way.txt"]);
});
