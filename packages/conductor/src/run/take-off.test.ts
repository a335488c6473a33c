import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openRepository, type UserRepository } from "../git/repository.ts";
import { makeTestRepository, type TestRepository } from "../git/test-repository.ts";
import { finishReverts, landReverts, type Reverting } from "../landing/land-reverts.ts";
import { GATE, landFiles, nineLines, REF } from "../landing/test-landing.ts";
import type { GateResult } from "../model/gate.ts";
import { sampleReceipt } from "../model/sample-facts.ts";
import type { LandingState } from "../model/state.ts";
import { newestFirst, takeOff, whatIsOnTop } from "./take-off.ts";

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let user: TestRepository;
let repository: UserRepository;
let landings: LandingState[];

beforeEach(async () => {
  user = makeTestRepository();
  const base = user.commit({ "a.txt": nineLines(), "b.txt": "b\n" });
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
  await repository.updateRef(REF, base, null);
  landings = [];
});
afterEach(() => user.remove());

const tip = (): string => user.git("rev-parse", REF);

const lands = (task: string, files: Readonly<Record<string, string>>): Promise<void> =>
  landFiles({ user, repository }, landings, task, files);

/** Takes these off the tip, with a gate that says so. */
async function take(
  of: readonly LandingState[],
  result: GateResult = "pass",
  on: () => Promise<void> = async () => undefined,
): Promise<Reverting> {
  const off = await takeOff(repository, tip(), of);
  if (off.kind !== "clean") throw new Error(JSON.stringify(off));
  return landReverts({
    repository,
    ref: REF,
    tip: tip(),
    steps: off.reverts.map(({ landing, tree }) => ({ tree, message: () => `revert: ${landing.task}\n` })),
    judge: async (tree) => ({ gates: [GATE], receipts: [sampleReceipt("receipt", { tree, result })] }),
    intend: on,
  });
}

describe("taking landed work back", () => {
  it("leaves what nobody named, one commit for each, newest first", async () => {
    await lands("A", { "new.txt": "new\n" });
    await lands("B", { "b.txt": "B\n" });
    await lands("C", { "a.txt": nineLines([1, "one"]) });
    const before = tip();
    expect(await take([landings[0]!, landings[2]!])).toMatchObject({ kind: "landed" });
    expect(user.git("log", "--reverse", "--format=%s", `${before}..${REF}`)).toBe("revert: C\nrevert: A");
    expect(user.git("show", `${REF}:b.txt`)).toBe("B");
    expect(await repository.listFiles(tip())).toEqual(["a.txt", "b.txt", "readme.md", "src/a.ts"]);
    expect(user.git("rev-parse", "main")).not.toBe(tip());
  });

  it("moves nothing when a gate is red, when nothing is left of it, or when the ref has moved on", async () => {
    await lands("A", { "b.txt": "B\n" });
    const before = tip();
    expect((await take(landings, "fail")).kind).toBe("red");
    expect((await take(landings, "not-run")).kind).toBe("refused");
    expect(tip()).toBe(before);
    const moved = await take(landings, "pass", async () => lands("B", { "a.txt": "x\n" }));
    expect(moved.kind).toBe("stale");
    expect(user.git("log", "-1", "--format=%s", REF)).toBe("feat: work");
    expect((await take([landings[0]!])).kind).toBe("landed");
    expect((await take([landings[0]!])).kind).toBe("no-change");
  });

  it("is blamed on the first later commit after which it does not come off, in whatever order lines were touched", async () => {
    await lands("A", { "a.txt": nineLines([2, "two"]) });
    await lands("far", { "a.txt": nineLines([2, "two"], [9, "nine"]) });
    await lands("near", { "a.txt": nineLines([2, "TWO"], [9, "nine"]) });
    await lands("other", { "b.txt": "B\n" });
    const [first] = landings;
    const off = await takeOff(repository, tip(), [first!]);
    expect(off).toMatchObject({ kind: "conflict", paths: ["a.txt"] });
    const onTop = await whatIsOnTop(repository, tip(), [first!], { paths: ["a.txt"], passed: new Set() });
    expect(onTop?.commit).toBe(landings[2]!.commit);
    expect(await takeOff(repository, tip(), [first!, landings[2]!])).toMatchObject({ kind: "clean" });
    expect(newestFirst([first!, landings[2]!]).map(({ task }) => task)).toEqual(["near", "A"]);
  });

  it("is finished from what was written down, unless the ref has gone elsewhere", async () => {
    await lands("A", { "b.txt": "B\n" });
    const from = tip();
    const made = await take(landings);
    if (made.kind !== "landed") throw new Error(made.kind);
    const plan = { ref: REF, from, commit: made.commits.at(-1)! };
    expect(await finishReverts(repository, plan)).toBe(true);
    user.git("update-ref", REF, from);
    expect(await finishReverts(repository, plan)).toBe(true);
    expect(tip()).toBe(plan.commit);
    user.git("update-ref", REF, from);
    await lands("B", { "a.txt": "x\n" });
    const elsewhere = tip();
    expect(await finishReverts(repository, plan)).toBe(false);
    expect(tip()).toBe(elsewhere);
  });
});
