import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openRepository, type UserRepository } from "../git/repository.ts";
import { makeTestRepository, type TestRepository } from "../git/test-repository.ts";
import { giveBranch } from "./give-branch.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let user: TestRepository;
let repository: UserRepository;

beforeEach(async () => {
  user = makeTestRepository();
  repository = await openRepository(user.root, {
    env: user.env,
    storeDir: join(user.top, "store"),
    mayMove: ["refs/heads/mine"],
  });
});
afterEach(() => user.remove());

async function made(message: string): Promise<string> {
  const base = user.git("rev-parse", "main");
  return repository.commitTree({ tree: await repository.treeOf(base), parents: [base], message });
}

describe("giving a branch", () => {
  it("makes a new one, does nothing the second time, and never moves one", async () => {
    const [one, two] = [await made("one"), await made("two")];
    expect(await giveBranch(repository, "mine", one)).toEqual({ branch: "mine", commit: one, made: true });
    expect(await giveBranch(repository, "mine", one)).toMatchObject({ made: false });
    await expect(giveBranch(repository, "mine", two)).rejects.toMatchObject({ code: "GIT_FAILED", given: "mine" });
    for (const name of ["bad name", "-x", "a..b", "HEAD", "", "x.lock"])
      await expect(giveBranch(repository, name, one)).rejects.toMatchObject({
        code: "USAGE",
        field: "as",
        given: name,
      });
    expect(user.git("rev-parse", "mine")).toBe(one);
  });

  it("says where one is that somebody else has made just now", async () => {
    const [one, two] = [await made("one"), await made("two")];
    const before = { ...repository, resolve: async () => null };
    user.git("branch", "mine", two);
    await expect(giveBranch(before, "mine", one)).rejects.toMatchObject({
      code: "GIT_FAILED",
      message: expect.stringContaining(`at ${two.slice(0, 7)};`),
    });
  });
});
