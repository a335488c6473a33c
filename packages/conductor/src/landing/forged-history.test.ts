/** What lands is what was judged, the work's files against its base's, whatever history an agent has given them. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openRepository, type UserRepository } from "../git/repository.ts";
import { makeTestRepository, type TestRepository } from "../git/test-repository.ts";
import type { Landing, LandingWish } from "./land.ts";
import { landGreen, REF } from "./test-landing.ts";

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

type Files = Readonly<Record<string, string | null>>;
let user: TestRepository;
let repository: UserRepository;
let base: string;

beforeEach(async () => {
  user = makeTestRepository();
  base = user.commit({ "a.txt": "a\n", "b.txt": "b\n", "c.txt": "c\n" });
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
  await repository.updateRef(REF, base, null);
});
afterEach(() => user.remove());

function git(args: readonly string[], input = ""): string {
  const env = { ...user.env, GIT_INDEX_FILE: join(user.top, "made.index") };
  return execFileSync("git", args, { cwd: user.root, env, input, encoding: "utf8" }).trimEnd();
}

/** A commit of `from`'s files with these changed (null: deleted), under any parents at all. */
function made(from: string, files: Files, ...parents: readonly string[]): string {
  git(["read-tree", from]);
  for (const [path, text] of Object.entries(files)) {
    const entry = text === null ? `0 ${"0".repeat(40)}` : `100644 ${git(["hash-object", "-w", "--stdin"], text)}`;
    git(["update-index", "--add", "--index-info"], `${entry}\t${path}\n`);
  }
  return git(["commit-tree", git(["write-tree"]), ...parents.flatMap((one) => ["-p", one]), "-m", "feat: made"]);
}
const bring = (commit: string, more: Partial<LandingWish> = {}): Promise<Landing> =>
  landGreen(repository, base, commit, more);
const tip = (): string => user.git("rev-parse", REF);
const landed = (path: string): string => user.git("show", `${REF}:${path}`);
/** Somebody else's work lands first. */
async function landsFirst(files: Files): Promise<string> {
  expect((await bring(made(base, files, base))).kind).toBe("landed");
  return tip();
}

describe("work with a forged history", () => {
  it("undoes nothing that landed since it began, when it names the tip as a parent and has the files of its base", async () => {
    const first = await landsFirst({ "a.txt": "landed\n", "new.txt": "landed\n" });
    expect((await bring(made(base, { "b.txt": "work\n" }, base, first))).kind).toBe("landed");
    expect([landed("a.txt"), landed("new.txt"), landed("b.txt")]).toEqual(["landed", "landed", "work"]);
  });

  it("undoes nothing when the tip is hidden further down, or in one of many parents", async () => {
    const first = await landsFirst({ "a.txt": "landed\n" });
    const side = made(base, {}, first);
    const many = [base, made(base, { "c.txt": "x\n" }, base), side, made(base, {}, base, side)];
    expect((await bring(made(base, { "b.txt": "work\n" }, ...many))).kind).toBe("landed");
    expect([landed("a.txt"), landed("b.txt"), landed("c.txt")]).toEqual(["landed", "work", "c"]);
  });

  it("undoes nothing when it names what landed before the tip", async () => {
    const first = await landsFirst({ "a.txt": "landed\n" });
    await landsFirst({ "c.txt": "landed too\n" });
    expect((await bring(made(base, { "b.txt": "work\n" }, base, first))).kind).toBe("landed");
    expect([landed("a.txt"), landed("b.txt"), landed("c.txt")]).toEqual(["landed", "work", "landed too"]);
  });

  it("is merged on its own base where the histories cross", async () => {
    // main went its own way, the tip has taken it in, and the work names it as well: two best common ancestors.
    const aside = made(base, { "c.txt": "of main\n" }, base);
    const first = await landsFirst({ "a.txt": "landed\n" });
    const crossed = made(first, { "c.txt": "of main\n" }, first, aside);
    await repository.updateRef(REF, crossed, first);
    expect((await bring(made(base, { "b.txt": "work\n" }, base, first, aside))).kind).toBe("landed");
    expect([landed("a.txt"), landed("b.txt"), landed("c.txt")]).toEqual(["landed", "work", "of main"]);
  });

  it("conflicts where the files do, whatever its history says", async () => {
    const first = await landsFirst({ "a.txt": "landed\n" });
    const forged = made(base, { "a.txt": "work\n" }, base, first);
    expect(await bring(forged)).toEqual({ kind: "conflict", tip: first, paths: ["a.txt"] });
    const conflict = await repository.conflictOf(first, { base, commit: forged });
    expect(conflict?.paths.map(({ path }) => path)).toEqual(["a.txt"]);
  });

  it("lands once where an honest merge brought in what landed meanwhile", async () => {
    const first = await landsFirst({ "a.txt": "landed\n", "new.txt": "landed\n" });
    expect((await bring(made(first, { "b.txt": "work\n" }, made(base, {}, base), first))).kind).toBe("landed");
    expect(user.git("diff", "--name-only", first, REF)).toBe("b.txt");
    expect(user.git("rev-list", "--parents", "-1", REF)).toBe(`${tip()} ${first}`);
  });

  it("has no say in what nobody has changed: every path outside the work is as on the tip", async () => {
    const path = fc.constantFrom("a.txt", "b.txt", "c.txt", "d/e.txt", "d/f.txt");
    const change = fc.dictionary(path, fc.option(fc.integer({ min: 0, max: 3 }).map((n) => `${n}\n`.repeat(3))));
    const story = fc.record({
      first: change,
      second: change,
      work: change,
      parents: fc.subarray(["first", "second", "aside"], { minLength: 0 }),
    });
    await fc.assert(
      fc.asyncProperty(story, async ({ first, second, work, parents }) => {
        await repository.updateRef(REF, base, tip());
        const one = made(base, first, base);
        const two = made(one, second, one);
        const known = { first: one, second: two, aside: made(base, second, base, one) };
        await repository.updateRef(REF, two, base);
        const forged = made(base, work, base, ...parents.map((name) => known[name as keyof typeof known]));
        const landing = await bring(forged);
        expect(["landed", "conflict", "no-change"]).toContain(landing.kind);
        const mine = new Set((await repository.changedPaths(base, forged)).map((changed) => changed.path));
        const brought = (await repository.changedPaths(two, tip())).map((changed) => changed.path);
        expect(brought.filter((changed) => !mine.has(changed))).toEqual([]);
        if (landing.kind === "landed")
          for (const changed of mine) {
            const own = await repository.readFile(forged, changed);
            const theirs = await repository.readFile(two, changed);
            const before = await repository.readFile(base, changed);
            if (String(theirs) === String(before))
              expect(String(await repository.readFile(landing.tree, changed))).toBe(String(own));
          }
      }),
      { numRuns: 12 },
    );
  });
});
