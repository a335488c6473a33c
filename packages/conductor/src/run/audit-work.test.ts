import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openRepository, type UserRepository } from "../git/repository.ts";
import { makeTestRepository, type TestRepository } from "../git/test-repository.ts";
import { sampleAttempt } from "../model/sample-facts.ts";
import { type AttemptState, emptyState, type RunState } from "../model/state.ts";
import { auditWork, waysBack } from "./audit-work.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let user: TestRepository;
let repository: UserRepository;

beforeEach(async () => {
  user = makeTestRepository();
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
});
afterEach(() => user.remove());

async function made(message: string): Promise<string> {
  const base = user.git("rev-parse", "main");
  return repository.commitTree({ tree: await repository.treeOf(base), parents: [base], message });
}

function stateWith(work: string, saved: string, workspace: string | null): RunState {
  const attempt: AttemptState = {
    ...sampleAttempt("TASK-001", 1, { workspace }),
    work: { commit: work, tree: "a".repeat(40), ref: "refs/conductor/work/TASK-001/1" },
    seq: 1,
    blocker: null,
    outdated: null,
    token: "t",
    briefSha256: null,
    stageSince: "2026-11-20T21:43:00.000Z",
    spentMs: {},
    interactions: {},
    intended: null,
    closed: false,
    redRound: null,
  };
  return {
    ...emptyState(),
    attempts: new Map([[attempt.id, attempt]]),
    attemptsByTask: new Map([["TASK-001", [attempt.id]]]),
    salvage: [{ at: attempt.startedAt, attempt: attempt.id, ref: "refs/conductor/salvage/TASK-001/1", commit: saved }],
  };
}

describe("auditing work", () => {
  it("tells what a ref reaches from what git may throw away, and names clones that are still there", async () => {
    const [work, saved] = [await made("work"), await made("saved")];
    await repository.updateRef("refs/conductor/work/TASK-001/1", work, null);
    const clone = join(user.top, "clone");
    mkdirSync(clone);
    const audited = await auditWork(repository, stateWith(work, saved, clone));
    expect(audited.map(({ kind, task, kept }) => ({ kind, task, kept }))).toEqual([
      { kind: "work", task: "TASK-001", kept: true },
      { kind: "salvage", task: "TASK-001", kept: false },
      { kind: "workspace", task: "TASK-001", kept: true },
    ]);
  });

  it("names what brings lost work back: one command for a ref, and none that moves one that is there", async () => {
    const [work, saved] = [await made("work"), await made("saved")];
    const [first, second] = [await made("first"), await made("second")];
    user.git("branch", "conductor/main", "main");
    const landed = { at: "", attempt: "run-1/TASK-001/1", task: "TASK-001", ref: "refs/heads/conductor/main" };
    const state = {
      ...stateWith(work, saved, null),
      landings: [first, second].map((commit) => ({ ...landed, commit })),
    } as unknown as RunState;
    const commands = waysBack(await auditWork(repository, state));
    expect(commands).toEqual([
      `git update-ref refs/conductor/work/TASK-001/1 ${work} ""`,
      `git update-ref refs/conductor/salvage/TASK-001/1 ${saved} ""`,
      `git branch lost/TASK-001-${second.slice(0, 7)} ${second}`,
    ]);
    for (const command of commands) user.git(...command.replace(' ""', " ").split(" ").slice(1));
    expect((await auditWork(repository, state)).filter(({ kept }) => !kept)).toMatchObject([{ commit: first }]);
    expect(user.git("rev-parse", "conductor/main")).toBe(user.git("rev-parse", "main"));
  });

  it("counts work as kept that only a branch of the user's holds", async () => {
    const [work, saved] = [await made("work"), await made("saved")];
    user.git("branch", "theirs", work);
    user.git("branch", "theirs2", saved);
    expect((await auditWork(repository, stateWith(work, saved, null))).every(({ kept }) => kept)).toBe(true);
  });
});
