import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Conflict } from "../model/conflict.ts";
import { openRepository, type UserRepository } from "./repository.ts";
import { recallResolution, recordResolution } from "./resolutions.ts";
import { fingerprint, makeTestRepository, type TestRepository } from "./test-repository.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const NOW = new Date("2026-11-20T21:43:00Z");
const ORIGIN = { task: "TASK-002", commit: "c0ffee1".padEnd(40, "0"), at: NOW.toISOString() };
let user: TestRepository;
let repository: UserRepository;
let base: string;

beforeEach(async () => {
  user = makeTestRepository();
  base = user.commit({ "way.txt": "one\nv\nthree\n", "other.txt": "one\nv\nthree\n" });
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
});
afterEach(() => user.remove());

/** A commit on `from` with these files, on no branch. */
function branch(from: string, files: Readonly<Record<string, string>>): string {
  user.git("checkout", "-q", "--detach", from);
  const commit = user.commit(files);
  user.git("checkout", "-q", "main");
  return commit;
}
const conflictOf = async (ours: string, theirs: string): Promise<Conflict> =>
  (await repository.conflictOf(ours, { base: user.git("rev-parse", `${theirs}^`), commit: theirs }))!;
const treeWith = (from: string, files: Readonly<Record<string, string>>): string =>
  user.git("rev-parse", `${branch(from, files)}^{tree}`);
const settledIn = (resolution: Awaited<ReturnType<typeof recallResolution>>): unknown =>
  resolution.kind === "resolved"
    ? Object.fromEntries([...resolution.files].map(([path, bytes]) => [path, Buffer.from(bytes).toString()]))
    : resolution.reason;

it("settles the same lines of the same file again, also where the file has grown elsewhere, and says where that comes from", async () => {
  const [left, right] = [
    branch(base, { "way.txt": "one\nleft\nthree\n" }),
    branch(base, { "way.txt": "one\nright\nthree\n" }),
  ];
  expect(settledIn(await recallResolution(repository, await conflictOf(left, right), NOW))).toBe(
    "no resolution of way.txt is kept for this conflict",
  );
  const tree = treeWith(left, { "way.txt": "one\nleft right\nthree\n" });
  const conflict = await conflictOf(left, right);
  expect(await recordResolution(repository, { conflict, tree, origin: ORIGIN })).toEqual(["way.txt"]);

  expect(settledIn(await recallResolution(repository, conflict, NOW))).toEqual({
    "way.txt": "one\nleft right\nthree\n",
  });
  const long = "a\nb\nc\nd\ne\nf\none\nv\nthree\n";
  const grown = branch(base, { "way.txt": long });
  const again = await conflictOf(
    branch(grown, { "way.txt": long.replace("v", "right") }),
    branch(grown, { "way.txt": long.replace("v", "left") }),
  );
  const before = fingerprint(user.root);
  const recalled = await recallResolution(repository, again, NOW);
  expect(settledIn(recalled)).toEqual({ "way.txt": long.replace("v", "left right") });
  expect(recalled).toMatchObject({ how: "as in TASK-002 (c0ffee1)" });
  // Neither the user's files nor their own memory of resolutions is touched, and nothing is left behind.
  expect(fingerprint(user.root)).toEqual(before);
  expect(existsSync(join(user.root, ".git/rr-cache"))).toBe(false);
  expect(readdirSync(join(user.top, "store/incoming"))).toEqual([]);
});

it("does not settle other lines, another file, or one path of two", async () => {
  const [left, right] = [
    branch(base, { "way.txt": "one\nleft\nthree\n" }),
    branch(base, { "way.txt": "one\nright\nthree\n" }),
  ];
  const conflict = await conflictOf(left, right);
  const tree = treeWith(left, { "way.txt": "one\nleft right\nthree\n" });
  await recordResolution(repository, { conflict, tree, origin: ORIGIN });
  const of = async (
    ours: Readonly<Record<string, string>>,
    theirs: Readonly<Record<string, string>>,
  ): Promise<unknown> =>
    settledIn(await recallResolution(repository, await conflictOf(branch(base, ours), branch(base, theirs)), NOW));
  expect(await of({ "way.txt": "one\nleft\nthree\n" }, { "way.txt": "one\nup\nthree\n" })).toContain("way.txt");
  expect(await of({ "other.txt": "one\nleft\nthree\n" }, { "other.txt": "one\nright\nthree\n" })).toContain(
    "other.txt",
  );
  const both = (word: string) => ({ "way.txt": `one\n${word}\nthree\n`, "other.txt": `one\n${word}\nthree\n` });
  expect(await of(both("left"), both("right"))).toBe("no resolution of other.txt is kept for this conflict");
});

it("takes the newest word, forgets after 60 days, and keeps 200 at most", async () => {
  const [left, right] = [
    branch(base, { "way.txt": "one\nleft\nthree\n" }),
    branch(base, { "way.txt": "one\nright\nthree\n" }),
  ];
  const conflict = await conflictOf(left, right);
  for (const words of ["left right", "right left"])
    await recordResolution(repository, {
      conflict,
      tree: treeWith(left, { "way.txt": `one\n${words}\nthree\n` }),
      origin: ORIGIN,
    });
  expect(settledIn(await recallResolution(repository, conflict, NOW))).toEqual({
    "way.txt": "one\nright left\nthree\n",
  });
  const later = new Date(NOW.getTime() + 61 * 24 * 3600_000);
  expect(settledIn(await recallResolution(repository, conflict, later))).toContain("no resolution");
  const library = join(user.top, "store/resolutions");
  const [first = ""] = readdirSync(library);
  for (let n = 0; n < 205; n += 1) {
    cpSync(join(library, first), join(library, `copy-${n}`), { recursive: true });
    const at = new Date(NOW.getTime() - n * 1000).toISOString();
    writeFileSync(join(library, `copy-${n}`, "origin.json"), JSON.stringify({ ...ORIGIN, at }));
  }
  await recordResolution(repository, {
    conflict,
    tree: treeWith(left, { "way.txt": "one\nboth\nthree\n" }),
    origin: ORIGIN,
  });
  expect(readdirSync(library)).toHaveLength(200);
  expect(settledIn(await recallResolution(repository, conflict, NOW))).toEqual({ "way.txt": "one\nboth\nthree\n" });
});

it("keeps clear of what it cannot tell: markers in the work, links, deleted files, bytes, what git itself reads", async () => {
  const marked = "<<<<<<< a\n=======\n>>>>>>> b\n";
  const of = async (path: string, ours: string, theirs: string): Promise<unknown> =>
    settledIn(
      await recallResolution(
        repository,
        await conflictOf(branch(base, { [path]: ours }), branch(base, { [path]: theirs })),
        NOW,
      ),
    );
  expect(await of("way.txt", `one\nleft\n${marked}`, "one\nright\nthree\n")).toBe(
    "way.txt is committed with conflict markers in it",
  );
  expect(await of("way.txt", "one\nle\0ft\n", "one\nright\n")).toBe("way.txt is no text");
  expect(await of(".gitattributes", "* merge=a\n", "* merge=b\n")).toBe(".gitattributes tells git what to do");
  expect(await of("package-lock.json", "{}\n", "[]\n")).toBe("package-lock.json is a lockfile");
  user.git("checkout", "-q", "--detach", base);
  user.git("rm", "-q", "way.txt");
  user.git("commit", "-q", "-m", "gone");
  const gone = user.git("rev-parse", "HEAD");
  const conflict = await conflictOf(gone, branch(base, { "way.txt": "one\nright\nthree\n" }));
  expect(settledIn(await recallResolution(repository, conflict, NOW))).toBe(
    "way.txt is not a plain file on both sides",
  );
});

it("keeps nothing that has markers in it", async () => {
  const [left, right] = [
    branch(base, { "way.txt": "one\nleft\nthree\n" }),
    branch(base, { "way.txt": "one\nright\nthree\n" }),
  ];
  const conflict = await conflictOf(left, right);
  const tree = treeWith(left, { "way.txt": "one\n<<<<<<< x\nleft\n=======\nright\n>>>>>>> y\nthree\n" });
  expect(await recordResolution(repository, { conflict, tree, origin: ORIGIN })).toEqual([]);
});

it("runs no program that attributes or the user's configuration name", async () => {
  const canary = join(user.top, "canary");
  for (const [key, value] of [
    ["merge.evil.driver", `touch ${canary}; true`],
    ["filter.evil.smudge", `touch ${canary}; cat`],
    ["filter.evil.clean", `touch ${canary}; cat`],
    ["diff.evil.command", `touch ${canary}`],
  ] as const)
    user.git("config", key, value);
  const start = branch(base, { ".gitattributes": "* merge=evil filter=evil diff=evil\n" });
  const [left, right] = [
    branch(start, { "way.txt": "one\nleft\nthree\n" }),
    branch(start, { "way.txt": "one\nright\nthree\n" }),
  ];
  const tree = treeWith(left, { "way.txt": "one\nleft right\nthree\n" });
  // The user's own git has run them by now.
  rmSync(canary);
  const conflict = await conflictOf(left, right);
  expect(await recordResolution(repository, { conflict, tree, origin: ORIGIN })).toEqual(["way.txt"]);
  expect(settledIn(await recallResolution(repository, conflict, NOW))).toEqual({
    "way.txt": "one\nleft right\nthree\n",
  });
  expect(existsSync(canary)).toBe(false);
});
