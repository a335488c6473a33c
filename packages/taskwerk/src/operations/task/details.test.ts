import type { Task } from "@taskwerk/contract/task";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRig, type Rig } from "../test-rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

const show = async (id: string): Promise<Task> => (await rig.call("task.show", { id })).data;
const events = async (): Promise<readonly string[]> => (await rig.call("event.list", {})).data.map(({ type }) => type);

describe("criteria", () => {
  it("are checked with what shows it, unchecked, taken away, and keep their numbers", async () => {
    const id = await rig.add("t", { acceptance: ["a", "b", "c"] });
    await rig.call("task.criteria", { id, check: [2], evidence: "test b" });
    expect((await show(id)).acceptance[1]).toEqual({ n: 2, text: "b", checked: true, evidence: "test b" });
    const same = await rig.call("task.criteria", { id, check: [2], evidence: "test b" });
    expect(same.data.unchanged).toHaveLength(1);
    await rig.call("task.criteria", { id, uncheck: [2], remove: [1], add: ["d"] });
    expect((await show(id)).acceptance.map(({ n, text, checked, evidence }) => [n, text, checked, evidence])).toEqual([
      [2, "b", false, null],
      [3, "c", false, null],
      [4, "d", false, null],
    ]);
    expect(await events()).toContain("task.criterion_checked");
    await expect(rig.call("task.criteria", { id, check: [1] })).rejects.toMatchObject({
      code: "CRITERION_NOT_FOUND",
      hint: expect.stringContaining("2, 3, 4"),
    });
    await expect(rig.call("task.criteria", { id, add: ["  "] })).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
  });

  it("of a parent make it the check of the whole, and without them it is a group again and closes", async () => {
    const parent = await rig.add("parent");
    const child = await rig.add("child", { parent });
    await rig.call("task.criteria", { id: parent, add: ["whole"] });
    await rig.call("task.transition", { ids: [child], to: "done" });
    expect(await rig.ready()).toEqual([parent]);
    const { data, meta } = await rig.call("task.criteria", { id: parent, remove: [1] });
    expect(data.changed[0]).toMatchObject({ status: "done", acceptance: [] });
    await rig.call("op.undo", { op: meta.op! });
    expect(await show(parent)).toMatchObject({ status: "todo", ready: true, acceptance: [{ n: 1, text: "whole" }] });
  });

  it("of a claimed parent take its claim to the end with them only by its token", async () => {
    const parent = await rig.add("parent", { acceptance: ["whole", "all"] });
    await rig.add("child", { parent, status: "done" });
    const { token } = (await rig.call("claim.take", { id: parent, as: "worker" })).data.claim;
    await rig.call("task.criteria", { id: parent, remove: [2] });
    await expect(rig.call("task.criteria", { id: parent, remove: [1] })).rejects.toMatchObject({
      code: "CLAIM_REQUIRED",
      hint: expect.stringContaining(`taskwerk ac rm ${parent} N --claim TOKEN`),
    });
    const tasks = [{ id: parent, title: "parent", acceptance: [] }];
    await expect(rig.call("task.import", { tasks, on_conflict: "update" })).rejects.toMatchObject({
      code: "IMPORT_INVALID",
      details: { problems: [{ code: "CLAIM_REQUIRED" }] },
    });
    expect(await show(parent)).toMatchObject({
      status: "in-progress",
      claim: { by: "worker" },
      acceptance: [{ n: 1 }],
    });
    const { data } = await rig.call("task.criteria", { id: parent, remove: [1], claim: token });
    expect(data.changed[0]).toMatchObject({ status: "done", claim: null });
  });
});

describe("what changes nothing of whether a task is ready", () => {
  it("is not told as if the task had become ready", async () => {
    const id = await rig.add("t");
    const told = async () => (await events()).filter((type) => type === "task.ready").length;
    const before = await told();
    const { meta } = await rig.call("task.criteria", { id, add: ["a", "b"] });
    await rig.call("task.criteria", { id, remove: [2] });
    await rig.call("task.import", { tasks: [{ id, title: "other" }], on_conflict: "update" });
    await rig.call("op.undo", { op: meta.op! }).catch(() => undefined);
    expect(await told()).toBe(before);
  });
});

describe("links", () => {
  it("that are there again under another number stand in the way of no undo", async () => {
    const id = await rig.add("t");
    const [one, other] = [
      { type: "pr" as const, target: "#12" },
      { type: "branch" as const, target: "fix" },
    ];
    await rig.call("task.link", { id, add: [one, other] });
    const { meta } = await rig.call("task.link", { id, remove: [one] });
    await rig.call("task.link", { id, add: [one] });
    const undone = await rig.call("op.undo", { op: meta.op! });
    expect((await show(id)).links).toEqual([other, one]);
    await rig.call("op.undo", { op: undone.meta.op! });
    expect((await show(id)).links).toEqual([other, one]);
  });

  it("are there once, can be taken away, and undo brings them back", async () => {
    const id = await rig.add("t");
    const link = { type: "pr" as const, target: "#12" };
    await rig.call("task.link", { id, add: [link, { type: "branch", target: "fix" }] });
    expect((await rig.call("task.link", { id, add: [link] })).data.unchanged).toHaveLength(1);
    const { meta } = await rig.call("task.link", { id, remove: [link] });
    expect((await show(id)).links).toEqual([{ type: "branch", target: "fix" }]);
    await rig.call("op.undo", { op: meta.op! });
    expect((await show(id)).links).toEqual([link, { type: "branch", target: "fix" }]);
    await expect(rig.call("task.link", { id, add: [{ type: "pr", target: " " }] })).rejects.toMatchObject({
      code: "VALIDATION_FAILED",
    });
  });
});

describe("tag.rename", () => {
  it("changes every task that is there, archived ones too, in one operation", async () => {
    const both = await rig.add("both", { tags: ["old", "new"] });
    const old = await rig.add("old", { tags: ["old"], status: "done" });
    await rig.call("task.archive", { ids: [old] });
    const { data, meta } = await rig.call("tag.rename", { from: "old", to: "new" });
    expect(data).toMatchObject({ from: "old", to: "new", tasks: 2 });
    expect([(await show(both)).tags, (await show(old)).tags]).toEqual([["new"], ["new"]]);
    await rig.call("op.undo", { op: meta.op! });
    expect([(await show(both)).tags, (await show(old)).tags]).toEqual([["new", "old"], ["old"]]);
    await expect(rig.call("tag.rename", { from: "olt", to: "x" })).rejects.toMatchObject({
      code: "TAG_NOT_FOUND",
      candidates: ["old"],
    });
    await expect(rig.call("tag.rename", { from: "old", to: "a b" })).rejects.toMatchObject({
      code: "VALIDATION_FAILED",
    });
  });
});

describe("task.split", () => {
  it("makes parts as urgent as the whole, and shares its estimate to the minute", async () => {
    const id = await rig.add("big", { priority: "high", tags: ["api"], due_at: "2027-03-09", estimate_minutes: 100 });
    const { data } = await rig.call("task.split", { id, titles: ["a", "b", "c"], divide_estimate: true });
    expect(data.changed.map((task) => [task.id, task.priority, task.tags, task.estimate_minutes])).toEqual([
      ["TASK-001.1", "high", ["api"], 34],
      ["TASK-001.2", "high", ["api"], 33],
      ["TASK-001.3", "high", ["api"], 33],
    ]);
    expect(new Set(data.changed.map(({ due_at }) => due_at))).toEqual(new Set([(await show(id)).due_at]));
    expect(await rig.ready()).toEqual(["TASK-001.1", "TASK-001.2", "TASK-001.3"]);
  });

  it("refuses what is closed, claimed by another, or has no estimate to divide, and makes nothing", async () => {
    const [closed, open] = [await rig.add("closed", { status: "done" }), await rig.add("open")];
    const split = (id: string, more = {}) => rig.call("task.split", { id, titles: ["a"], ...more });
    await expect(split(closed)).rejects.toMatchObject({ code: "HIERARCHY_CONFLICT" });
    await expect(split(open, { divide_estimate: true })).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
    await expect(split(open, { titles: ["a", ""] })).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
    const { data } = await rig.call("claim.take", { id: open, as: "w" });
    await expect(split(open)).rejects.toMatchObject({ code: "CLAIM_REQUIRED" });
    expect((await show(open)).children).toEqual([]);
    expect((await split(open, { claim: data.claim.token })).data.changed).toHaveLength(1);
  });
});
