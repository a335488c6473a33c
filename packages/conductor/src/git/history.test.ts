import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { commitsBetween } from "./history.ts";
import { ensureIntegration } from "./integration.ts";
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
    const commits = await commitsBetween(repository, base, tip, { ...user.env, EDITOR: "vi" });
    expect(commits.map(({ subject, trailers }) => [subject, trailers])).toEqual([
      ["fix: two → ü", {}],
      ["feat: one", { Task: ["TASK-001"], Receipt: ["test pass r1", "lint pass r2"] }],
    ]);
    expect(commits[1]).toMatchObject({ parents: [base], authorEmail: "ada@example.org" });
    expect(await commitsBetween(repository, tip, tip, user.env)).toEqual([]);
  });
});

describe("the integration branch", () => {
  const ref = "refs/heads/conductor/main";
  const ensure = () => ensureIntegration(repository, "refs/heads/main");

  it("begins at the target, and is used again while it holds the target", async () => {
    expect(await ensure()).toEqual({ kind: "created", ref, commit: base, targetCommit: base });
    const tree = await repository.treeOf(base);
    const landed = await repository.commitTree({ tree, parents: [base], message: "x" });
    await repository.updateRef(ref, landed, base);
    expect(await ensure()).toEqual({ kind: "current", ref, commit: landed, targetCommit: base });
  });

  it("moves up when the target went ahead of it, and says when both went ahead", async () => {
    await ensure();
    const next = user.commit({ a: "1" });
    expect(await ensure()).toEqual({ kind: "fast-forwarded", from: base, ref, commit: next, targetCommit: next });
    const landed = await repository.commitTree({ tree: await repository.treeOf(next), parents: [next], message: "x" });
    await repository.updateRef(ref, landed, next);
    const user2 = user.commit({ b: "1" });
    expect(await ensure()).toEqual({ kind: "diverged", ref, commit: landed, targetCommit: user2 });
    expect(await repository.resolve(ref)).toBe(landed);
  });

  it("needs the target", async () => {
    await expect(ensureIntegration(repository, "refs/heads/nope")).rejects.toMatchObject({ code: "GIT_REF_NOT_FOUND" });
  });
});
