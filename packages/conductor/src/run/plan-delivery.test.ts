import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openRepository, type UserRepository } from "../git/repository.ts";
import { makeTestRepository, type TestRepository } from "../git/test-repository.ts";
import { landFiles, nineLines, REF } from "../landing/test-landing.ts";
import { emptyState, type LandingState } from "../model/state.ts";
import { type DeliveryPlan, planDelivery } from "./plan-delivery.ts";
import type { Edges } from "./undo-closure.ts";

// Real processes take their time on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let user: TestRepository;
let repository: UserRepository;
let landings: LandingState[];
let tasks: Edges[];

beforeEach(async () => {
  user = makeTestRepository();
  const base = user.commit({ "a.txt": nineLines(), "b.txt": "b\n" });
  repository = await openRepository(user.root, { env: user.env, storeDir: join(user.top, "store") });
  await repository.updateRef(REF, base, null);
  landings = [];
  tasks = [];
});
afterEach(() => user.remove());

const tip = (): string => user.git("rev-parse", REF);

/** Lands these files on the tip as they are, as the work of a task. */
async function lands(id: string, files: Readonly<Record<string, string>>, depends_on: string[] = []): Promise<void> {
  await landFiles({ user, repository }, landings, id, files);
  tasks.push({ id, depends_on, parent: null });
}

/** Somebody's own commit on conductor's branch. */
function builds(files: Readonly<Record<string, string>>): void {
  user.git("checkout", "-q", "--detach", tip());
  user.git("update-ref", REF, user.commit(files));
  user.git("checkout", "-q", "main");
}

const planned = (...of: readonly string[]): Promise<DeliveryPlan> =>
  planDelivery(
    { repository, state: { ...emptyState(), landings }, tasks },
    { group: "the group", tasks: of, target: "refs/heads/main", integration: REF },
  );
const taken = (plan: DeliveryPlan): readonly string[] =>
  plan.kind === "part" ? plan.picks.map(({ landing, why }) => `${landing.task}: ${why}`) : [plan.kind];

describe("a part of what has landed", () => {
  it("is put onto the user's branch in the order in which it landed, with what it depends on, and the rest stays", async () => {
    await lands("A", { "new.txt": "new\n" });
    await lands("B", { "b.txt": "B\n" });
    await lands("C", { "a.txt": nineLines([1, "one"]) }, ["A"]);
    const plan = await planned("C");
    expect(taken(plan)).toEqual(["A: C depends on it", "C: belongs to the group"]);
    if (plan.kind !== "part") throw new Error(plan.kind);
    expect(plan.stays).toEqual(["B"]);
    expect(user.git("show", `${plan.result}:b.txt`)).toBe("b");
    expect(user.git("show", `${plan.result}:a.txt`)).toBe(nineLines([1, "one"]).trim());
    expect(plan.from).toBe(user.git("rev-parse", "main"));
  });

  it("takes along what changed the same lines before it, and only that", async () => {
    await lands("A", { "a.txt": nineLines([2, "two"]) });
    await lands("far", { "a.txt": nineLines([2, "two"], [9, "nine"]) });
    await lands("C", { "a.txt": nineLines([2, "TWO"], [9, "nine"]) });
    expect(taken(await planned("C"))).toEqual(["A: changed a.txt before C", "C: belongs to the group"]);
    expect(taken(await planned("far"))).toEqual(["far: belongs to the group"]);
  });

  it("may need everything, or be there already, also under other commits", async () => {
    await lands("A", { "a.txt": nineLines([2, "two"]) });
    await lands("B", { "a.txt": nineLines([2, "TWO"]) });
    expect(await planned("B")).toMatchObject({ kind: "everything", tasks: ["B", "A"] });
    user.commit({ "a.txt": nineLines([2, "two"]), "mine.txt": "x\n" });
    expect(await planned("A")).toMatchObject({ kind: "taken" });
    user.git("merge", "-q", "-m", "all", "-X", "theirs", REF.slice("refs/heads/".length));
    expect(await planned("B")).toMatchObject({ kind: "taken" });
  });

  it("is there already where all of it together changes nothing", async () => {
    await lands("A", { "b.txt": "B\n" });
    await lands("B", { "b.txt": "b\n" });
    await lands("C", { "c.txt": "c\n" });
    expect(await planned("A", "B")).toMatchObject({ kind: "taken" });
  });

  it("names the commit of a person that is in the way, on either branch", async () => {
    builds({ "b.txt": "theirs\n" });
    await lands("A", { "b.txt": "theirs and ours\n" });
    await lands("B", { "new.txt": "new\n" });
    const theirs = landings[0]!.commit;
    await expect(planned("A")).rejects.toMatchObject({
      code: "GIT_CONFLICT",
      message: expect.stringMatching(/^A \(\w{7}\) of the group does not go onto main: \w{7} ".*" on conductor\/main/),
      details: { task: "A", landing: theirs, paths: ["b.txt"], commit: user.git("rev-parse", `${theirs}^`) },
    });
    await lands("C", { "a.txt": nineLines([3, "three"]) });
    user.commit({ "a.txt": nineLines([3, "mine"]) });
    await expect(planned("C")).rejects.toMatchObject({
      message: expect.stringContaining("on main changed the same lines of a.txt"),
      details: { commit: user.git("rev-parse", "main") },
    });
  });

  it("is nothing as long as nothing of it has landed", async () => {
    await lands("A", { "b.txt": "B\n" });
    await expect(planned("Z")).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
  });
});
