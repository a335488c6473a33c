import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRig, type Rig } from "../test-rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

const move = (
  id: string,
  to: "in-progress" | "done" | "todo" | "blocked" | "cancelled" | "paused" | "review",
  more = {},
) => rig.call("task.transition", { ids: [id], to, ...more });
const show = async (id: string) => (await rig.call("task.show", { id })).data;

describe("adding and showing", () => {
  it("gives ids that count, children under their parent's, and everything back as it was given", async () => {
    const parent = await rig.add("Crawl");
    const child = await rig.add("Limit requests", {
      parent: "1",
      priority: "high",
      tags: ["api", "net"],
      description: "per host\nwith a queue",
      acceptance: ["at most 2 at a time", { text: "a flag", checked: true, evidence: "x" }],
      files: ["src/**"],
      capabilities: ["node"],
      estimate_minutes: 240,
      metadata: { a: { b: 1 } },
      due_at: "2027-03-05T10:00:00Z",
      key: "GH-7",
      note: "first",
    });
    expect([parent, child]).toEqual(["TASK-001", "TASK-001.1"]);
    expect(await show("task-1.1")).toMatchObject({
      id: "TASK-001.1",
      parent: "TASK-001",
      priority: "high",
      tags: ["api", "net"],
      description: "per host\nwith a queue",
      acceptance: [
        { n: 1, text: "at most 2 at a time", checked: false, evidence: null },
        { n: 2, text: "a flag", checked: true, evidence: "x" },
      ],
      files: ["src/**"],
      capabilities: ["node"],
      estimate_minutes: 240,
      metadata: { a: { b: 1 } },
      due_at: "2027-03-05T10:00:00.000Z",
      key: "GH-7",
      status: "todo",
      category_of_status: "open",
      ready: true,
      rev: 1,
      claim: null,
      created_by: "tester",
      notes: [{ type: "comment", text: "first", by: "tester", task: "TASK-001.1" }],
    });
    expect(await show("TASK-001")).toMatchObject({ children: ["TASK-001.1"], ready: false, progress: 0 });
  });

  it("puts an envelope around it, with the operation, the cursor and the session", async () => {
    const success = await rig.call("task.add", { title: "A" }, { session: "S" });
    expect(success).toMatchObject({
      ok: true,
      v: 1,
      kind: "task.add",
      warnings: [],
      meta: { store: rig.dir, cursor: 2, session: "S" },
    });
    expect(success.meta.op).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it("moves through its life and says what that unblocked", async () => {
    const [a, b] = [await rig.add("A"), await rig.add("B", { depends_on: ["1"] })];
    expect(await rig.ready()).toEqual([a]);
    await move(a, "in-progress");
    rig.pass(30 * 60_000);
    const done = await move(a, "done", { evidence: { commit: "abc", receipts: "r1" } });
    expect(done.data.changed[0]).toMatchObject({
      id: a,
      status: "done",
      actual_minutes: 30,
      links: [{ type: "commit", target: "abc" }],
      evidence: { commit: "abc", receipts: "r1" },
      rev: 3,
    });
    expect(done.data.unblocked.map((task) => task.id)).toEqual([b]);
    expect((await move(a, "done")).data.unchanged.map((task) => task.id)).toEqual([a]);
    await move(a, "todo");
    expect(await rig.ready()).toEqual([a]);
  });

  it("claims and lets only the claimer move it", async () => {
    await rig.add("A");
    const { data } = await rig.call("claim.take", { as: "w1" });
    expect(data.changed[0]).toMatchObject({ status: "in-progress", claim: { by: "w1", fence: 1 } });
    await expect(move("1", "done")).rejects.toMatchObject({ code: "CLAIM_REQUIRED" });
    await expect(rig.call("claim.take", { as: "w2" })).rejects.toMatchObject({ code: "NOTHING_READY" });
    await expect(rig.call("claim.take", { id: "1", as: "w2" })).rejects.toMatchObject({ code: "ALREADY_CLAIMED" });
    await move("1", "done", { claim: data.claim.token });
    expect(await show("1")).toMatchObject({ status: "done", claim: null });
  });
});
