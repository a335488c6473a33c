/** Objects that are a few bytes in a bundle and very many in memory. `npm run proof` tries hundreds of megabytes. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { ancestry } from "./ancestry.ts";
import { giantsWorld, refusesGiants, treeOf } from "./giants-contract.ts";
import { openReader } from "./object-reader.ts";
import { makeStartGit } from "./start-git.ts";

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const MEGABYTE = 1024 * 1024;
const world = await giantsWorld();

refusesGiants(world, { commit: 5 * MEGABYTE, tree: 65 * MEGABYTE });

it("a tree that is only large is taken, looked at by git, and read at a path", async () => {
  const { inside, work, take, repository, base } = world();
  const readme = inside("r", "hash-object", "-w", "--stdin");
  const large = Buffer.concat([
    treeOf(world(), 20 * 1024 * 1024),
    Buffer.from("100644 z.txt\0", "latin1"),
    Buffer.from(readme, "hex"),
  ]);
  const tree = inside(large, "hash-object", "-w", "-t", "tree", "--stdin");
  work(inside(`040000 tree ${tree}\tlarge\n`, "mktree"), "feat: much\n");
  const outcome = await take();
  expect(outcome).toMatchObject({ kind: "work" });
  if (outcome.kind !== "work") return;
  expect((await repository.changedPaths(base, outcome.commit)).length).toBeGreaterThan(5_000);
  expect((await repository.listFiles(outcome.commit)).at(-1)).toBe("large/z.txt");
  expect(String(await repository.readFile(outcome.commit, "large/z.txt"))).toBe("r");
  expect(await repository.readFile(outcome.commit, "large/none.txt")).toBeNull();
});

it("a commit of the user's own that is too large is not read: its history is git's to tell", async () => {
  const message = Buffer.alloc(5 * 1024 * 1024, "a line\n");
  const { user, base } = world();
  const words = ["commit-tree", `${base}^{tree}`, "-p", base, "-F", "-"];
  const commit = execFileSync("git", words, { cwd: user.root, env: user.env, input: message }).toString().trim();
  const reader = openReader(makeStartGit(user.env), { gitDir: join(user.root, ".git") });
  const asked: string[] = [];
  const holds = ancestry(reader, async (...pair) => {
    asked.push(pair.join(" "));
    return true;
  });
  expect(await holds(base, commit)).toBe(true);
  expect(asked).toEqual([`${base} ${commit}`]);
});
