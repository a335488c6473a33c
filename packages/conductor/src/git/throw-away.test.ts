import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { makeTestRepository, type TestRepository } from "./test-repository.ts";
import { cloneThrowAway, commitFiles, standingOf } from "./throw-away.ts";

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let user: TestRepository;
beforeEach(() => {
  user = makeTestRepository();
});
afterEach(() => user.remove());

it("has what is committed, no way back, and leaves the repository as it was", async () => {
  user.commit({ "a.txt": "a\n" });
  const before = await standingOf(user.root, user.env);
  const to = join(user.top, "away");
  await cloneThrowAway({ from: user.root, to, env: user.env });
  await commitFiles(to, { "deep/b.txt": "b\n" }, user.env, "chore: b");
  expect(readFileSync(join(to, "a.txt"), "utf8")).toBe("a\n");
  expect(readFileSync(join(to, "deep/b.txt"), "utf8")).toBe("b\n");
  expect(readFileSync(join(to, ".git/config"), "utf8")).not.toContain("[remote");
  expect(await standingOf(user.root, user.env)).toBe(before);
});

it("writes nothing over a symbolic link of the repository, neither to a file nor below a directory", async () => {
  const outside = join(user.top, "outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "own.txt"), "mine\n");
  symlinkSync(join(outside, "own.txt"), join(user.root, "link.txt"));
  symlinkSync(outside, join(user.root, "dir"));
  user.commit({ "a.txt": "a\n" });
  const to = join(user.top, "away");
  await cloneThrowAway({ from: user.root, to, env: user.env });
  for (const path of ["link.txt", "dir/new.txt"])
    await expect(commitFiles(to, { "fine.txt": "x", [path]: "theirs\n" }, user.env, "chore: b")).rejects.toMatchObject({
      code: "VALIDATION_FAILED",
      given: path,
    });
  expect(readFileSync(join(outside, "own.txt"), "utf8")).toBe("mine\n");
  expect([existsSync(join(outside, "new.txt")), existsSync(join(to, "fine.txt"))]).toEqual([false, false]);
});
