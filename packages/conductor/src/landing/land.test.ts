import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openRepository, type UserRepository } from "../git/repository.ts";
import { makeTestRepository, type TestRepository } from "../git/test-repository.ts";
import type { Gate, GateResult, Receipt } from "../model/gate.ts";
import { type Landing, type LandingPlan, type LandingWish, land } from "./land.ts";

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const REF = "refs/heads/conductor/main";
let user: TestRepository;
let repository: UserRepository;
let base: string;
let plans: LandingPlan[];

beforeEach(async () => {
  user = makeTestRepository();
  base = user.git("rev-parse", "HEAD");
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
  await repository.updateRef(REF, base, null);
  plans = [];
});
afterEach(() => user.remove());

const gate = (id: string, required = true): Gate => ({
  id,
  kind: "test",
  run: "true",
  when: [],
  phases: ["merged"],
  required,
  timeoutMs: 1000,
  network: false,
  parse: "exit",
  minCoverage: null,
  minTests: 0,
  origin: "test",
});
const receipt = (tree: string, id: string, result: GateResult): Receipt => ({
  id: `receipt-${id}`,
  tree,
  gate: id,
  kind: "test",
  phase: "merged",
  required: true,
  command: "true",
  configHash: "0",
  result,
  reason: null,
  counts: null,
  coverage: null,
  failures: [],
  excerpt: "",
  logPath: "",
  logSha256: "",
  sandbox: "full",
  at: "2026-01-01T00:00:00Z",
  durationMs: 1,
});
/** Work of two commits on top of the base, as an agent would leave it. */
async function work(files: Readonly<Record<string, string>>): Promise<{ commit: string; tree: string }> {
  user.git("checkout", "-q", "--detach", base);
  user.commit({ "notes.txt": JSON.stringify(files) });
  user.git("rm", "-q", "notes.txt");
  const commit = user.commit(files);
  user.git("checkout", "-q", "main");
  return { commit, tree: await repository.treeOf(commit) };
}
const passing = async (tree: string) => ({ gates: [gate("test")], receipts: [receipt(tree, "test", "pass")] });
const wish = (more: Partial<LandingWish> & Pick<LandingWish, "work">): LandingWish => ({
  repository,
  ref: REF,
  base,
  allow: async () => null,
  judge: passing,
  message: (receipts) => `feat: work\n\nReceipt: ${receipts.map(({ id }) => id).join()}\n`,
  intend: async (plan) => void plans.push(plan),
  ...more,
});
const tip = (): string => user.git("rev-parse", REF);

describe("landing", () => {
  it("puts the work as one commit on the tip, after writing down what it will do", async () => {
    const done = await work({ "one.txt": "1" });
    const landing = await land(
      wish({
        work: done,
        intend: async (plan) => {
          plans.push(plan);
          expect(tip()).toBe(base);
        },
      }),
    );
    expect(landing).toMatchObject({ kind: "landed", tree: done.tree, commit: tip() });
    expect(plans).toEqual([{ ref: REF, from: base, commit: tip(), tree: done.tree, receipts: ["receipt-test"] }]);
    expect(user.git("log", "--format=%s|%P", `${base}..${REF}`)).toBe(`feat: work|${base}`);
    expect(user.git("rev-parse", "main")).toBe(base);
  });

  it("judges the merged tree, not the branch's, and lands two tasks one after the other", async () => {
    const one = await work({ "one.txt": "1" });
    const two = await work({ "two.txt": "2" });
    const judged: string[] = [];
    const judge = async (tree: string) => {
      judged.push(tree);
      return passing(tree);
    };
    expect((await land(wish({ work: one, judge }))).kind).toBe("landed");
    expect((await land(wish({ work: two, judge }))).kind).toBe("landed");
    expect(judged[0]).toBe(one.tree);
    expect(judged[1]).not.toBe(two.tree);
    expect(await repository.listFiles(tip())).toEqual(["one.txt", "readme.md", "src/a.ts", "two.txt"]);
    expect(user.git("rev-list", "--count", `${base}..${REF}`)).toBe("2");
  });

  it.each<[string, Landing["kind"], (tree: string) => readonly Receipt[]]>([
    ["fails", "red", (tree) => [receipt(tree, "test", "fail"), receipt(tree, "lint", "pass")]],
    ["has no receipt", "refused", (tree) => [receipt(tree, "lint", "pass")]],
    ["was not run", "refused", (tree) => [receipt(tree, "test", "not-run"), receipt(tree, "lint", "pass")]],
    ["broke", "refused", (tree) => [receipt(tree, "test", "error"), receipt(tree, "lint", "pass")]],
    ["passed on another tree", "refused", (tree) => [receipt(base, "test", "pass"), receipt(tree, "lint", "pass")]],
    [
      "is there only under another name",
      "refused",
      (tree) => [receipt(tree, "tests", "pass"), receipt(tree, "lint", "pass")],
    ],
  ])("does not move the ref when a required gate %s", async (_name, kind, receipts) => {
    const done = await work({ "one.txt": "1" });
    const gates = [gate("test"), gate("lint"), gate("style", false)];
    const landing = await land(wish({ work: done, judge: async (tree) => ({ gates, receipts: receipts(tree) }) }));
    expect(landing.kind).toBe(kind);
    if (landing.kind === "refused") expect(landing.missing).toEqual(["test"]);
    expect(tip()).toBe(base);
    expect(plans).toEqual([]);
  });

  it("names the paths of a conflict and judges nothing", async () => {
    const one = await work({ "src/a.ts": "one\n" });
    const two = await work({ "src/a.ts": "two\n" });
    await land(wish({ work: one }));
    const judge = () => Promise.reject(new Error("must not be asked"));
    expect(await land(wish({ work: two, judge }))).toEqual({ kind: "conflict", tip: tip(), paths: ["src/a.ts"] });
  });

  it("lands a conflict as it was settled, through gates like any other tree", async () => {
    const one = await work({ "src/a.ts": "one\n" });
    const two = await work({ "src/a.ts": "two\n" });
    const settled = await work({ "src/a.ts": "one, two\n" });
    await land(wish({ work: one }));
    const before = tip();
    const settle = async (of: string): Promise<string> => {
      expect(of).toBe(before);
      return settled.tree;
    };
    const red = async (tree: string) => ({ gates: [gate("test")], receipts: [receipt(tree, "test", "fail")] });
    expect(await land(wish({ work: two, settle, judge: red }))).toMatchObject({ kind: "red", tree: settled.tree });
    expect(tip()).toBe(before);
    expect(await land(wish({ work: two, settle }))).toMatchObject({ kind: "landed", tree: settled.tree });
    expect(user.git("rev-parse", `${REF}^`, `${REF}^{tree}`)).toBe(`${before}\n${settled.tree}`);
    expect(await land(wish({ work: one, settle: async () => null }))).toMatchObject({ kind: "conflict" });
  });

  it("begins again from the new tip when somebody else landed meanwhile, and judges the new tree", async () => {
    const one = await work({ "one.txt": "1" });
    const two = await work({ "two.txt": "2" });
    let disturbed = false;
    const landing = await land(
      wish({
        work: two,
        intend: async (plan) => {
          plans.push(plan);
          if (disturbed) return;
          disturbed = true;
          await land(wish({ work: one, intend: async () => undefined }));
        },
      }),
    );
    expect(landing.kind).toBe("landed");
    expect(plans).toHaveLength(2);
    expect(plans[0]?.tree).not.toBe(plans[1]?.tree);
    expect(await repository.listFiles(tip())).toContain("one.txt");
  });

  it("asks before the gates about a merge with what landed meanwhile, and about nothing that was judged as it is", async () => {
    const one = await work({ "one.txt": "1" });
    const two = await work({ "two.txt": "2" });
    const asked: string[][] = [];
    const allow = async (...words: string[]) => {
      asked.push(words);
      return "nobody was asked";
    };
    expect((await land(wish({ work: one, allow }))).kind).toBe("landed");
    expect(asked).toEqual([]);
    const before = tip();
    const judge = () => Promise.reject(new Error("must not be asked"));
    const outcome = await land(wish({ work: two, allow, judge }));
    expect(outcome).toEqual({ kind: "unseen", tip: before, reason: "nobody was asked" });
    expect(asked).toMatchObject([[expect.stringMatching(/^[0-9a-f]{40}$/), before]]);
    expect(tip()).toBe(before);
  });

  it("gives up after some rounds when the ref never stands still", async () => {
    const done = await work({ "one.txt": "1" });
    const intend = async (plan: LandingPlan): Promise<void> => {
      plans.push(plan);
      const tree = await repository.treeOf(plan.from);
      await repository.updateRef(
        REF,
        await repository.commitTree({ tree, parents: [plan.from], message: "x" }),
        plan.from,
      );
    };
    expect(await land(wish({ work: done, intend }))).toEqual({ kind: "stale", actual: tip() });
    expect(plans).toHaveLength(3);
  });

  it("lands nothing where no required gate judges what would be there", async () => {
    const done = await work({ "one.txt": "1" });
    const judge = async (tree: string) => ({ gates: [gate("lint", false)], receipts: [receipt(tree, "lint", "pass")] });
    expect(await land(wish({ work: done, judge }))).toMatchObject({ kind: "refused", missing: [] });
    const unproven = async (tree: string) => ({ ...(await passing(tree)), unproven: "tests are required" });
    expect(await land(wish({ work: done, judge: unproven }))).toMatchObject({ reason: "tests are required" });
    expect(tip()).toBe(base);
  });

  it("brings nothing along that is neither the work nor on the ref", async () => {
    const elsewhere = user.commit({ "unfinished.txt": "of somebody else" });
    user.git("checkout", "-q", "--detach", elsewhere);
    const commit = user.commit({ "one.txt": "1" });
    const begun = { commit, tree: await repository.treeOf(commit) };
    const outcome = await land(wish({ work: begun, base: elsewhere }));
    expect(outcome).toMatchObject({ kind: "refused", reason: expect.stringContaining("no part of") });
    expect(tip()).toBe(base);
  });

  it("moves nothing when the plan cannot be written down", async () => {
    const done = await work({ "one.txt": "1" });
    const intend = () => Promise.reject(new Error("disk full"));
    await expect(land(wish({ work: done, intend }))).rejects.toThrow("disk full");
    expect(tip()).toBe(base);
  });

  it("says that there is nothing to land when the tip has it already", async () => {
    const done = await work({ "one.txt": "1" });
    await land(wish({ work: done }));
    expect((await land(wish({ work: done }))).kind).toBe("no-change");
  });

  it("refuses work that is not what it is said to be", async () => {
    const done = await work({ "one.txt": "1" });
    const other = await repository.treeOf(base);
    expect(await land(wish({ work: { ...done, tree: other } }))).toMatchObject({ kind: "refused", missing: [] });
    const later = user.commit({ "later.txt": "x" });
    expect(await land(wish({ work: done, base: later }))).toMatchObject({ kind: "refused", missing: [] });
    await expect(land(wish({ work: done, ref: "refs/heads/conductor/none" }))).rejects.toMatchObject({
      code: "GIT_REF_NOT_FOUND",
    });
    await expect(land(wish({ work: done, ref: "refs/heads/main" }))).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});
