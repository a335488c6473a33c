import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openRepository, type UserRepository } from "../git/repository.ts";
import { makeTestRepository, type TestRepository } from "../git/test-repository.ts";
import { emptyState, type RunState } from "../model/state.ts";
import { auditWork } from "./audit-work.ts";
import { revertedByHand } from "./reverted-by-hand.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let user: TestRepository;
let repository: UserRepository;
let start: string;

beforeEach(async () => {
  user = makeTestRepository();
  start = user.git("rev-parse", "HEAD");
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
});
afterEach(() => user.remove());

const stateWith = (...commits: readonly string[]): RunState => {
  const landed = { at: "", attempt: "a", task: "TASK-001", session: "run-1", ref: "refs/heads/conductor/main" };
  return {
    ...emptyState(),
    sessions: new Map([["run-1", { id: "run-1", target: "refs/heads/main", startCommit: start }]]),
    landings: commits.map((commit) => ({ ...landed, commit })),
  } as unknown as RunState;
};

it("tells what a hand-made revert on the branch of the user or of conductor has taken back, and no more", async () => {
  const [one, two, three] = ["1", "2", "3"].map((n) => user.commit({ [`${n}.txt`]: n }, `feat: ${n}`)) as [
    string,
    string,
    string,
  ];
  user.git("branch", "conductor/main");
  // It names a commit, but not as git does; it has no whole id; it is on another branch.
  user.commit({}, `docs: about\n\nThis reverts commit ${one.slice(0, 7)}.\nSee: This reverts commit ${one}.`);
  user.git("switch", "-q", "-c", "aside");
  user.git("revert", "--no-edit", three);
  user.git("switch", "-q", "main");
  user.git("revert", "--no-edit", two.slice(0, 8));
  const revert = user.git("rev-parse", "HEAD");
  const state = stateWith(one, two, three);
  const by = { commit: revert, by: "Ada Lovelace", at: user.git("log", "-1", "--format=%cI"), branch: "main" };
  expect(await revertedByHand(repository, state)).toEqual(new Map([[two, by]]));
  const audited = await auditWork(repository, state);
  expect(audited.map(({ commit, revertedByHand }) => [commit, revertedByHand?.commit ?? null])).toEqual([
    [one, null],
    [two, revert],
    [three, null],
  ]);
});

it("takes a revert that was itself taken back for none, and a third one for one again", async () => {
  const landed = user.commit({ "1.txt": "1" }, "feat: 1");
  const found = async () =>
    [...(await revertedByHand(repository, stateWith(landed)))!.values()].map(({ commit }) => commit);
  expect(await found()).toEqual([]);
  for (const holds of [true, false, true]) {
    user.git("revert", "--no-edit", "HEAD");
    expect(await found()).toHaveLength(holds ? 1 : 0);
  }
});

it("says nothing where no work has landed, or its branches are gone", async () => {
  expect(await revertedByHand(repository, stateWith())).toEqual(new Map());
  const landed = user.commit({ "1.txt": "1" }, "feat: 1");
  const gone = stateWith(landed);
  user.git("branch", "-m", "main", "trunk");
  expect(await revertedByHand(repository, gone)).toEqual(new Map());
});

it("looks from the first beginning of a session that git still has, and does not say that nothing was taken back where it has none", async () => {
  const landed = user.commit({ "1.txt": "1" }, "feat: 1");
  user.git("revert", "--no-edit", "HEAD");
  const { landings, sessions } = stateWith(landed, landed);
  const lost = { ...sessions.get("run-1")!, startCommit: "0".repeat(40) };
  const bySession = landings.map((one, at) => ({ ...one, session: `run-${at}` }));
  const kept = new Map([
    ["run-0", lost],
    ["run-1", sessions.get("run-1")!],
  ]);
  expect((await revertedByHand(repository, { landings: bySession, sessions: kept }))?.size).toBe(1);
  expect(await revertedByHand(repository, { landings, sessions: new Map([["run-1", lost]]) })).toBeNull();
});
