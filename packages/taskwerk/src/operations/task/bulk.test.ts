import type { TaskWrite } from "@taskwerk/contract/task";
import type { BulkResult, UpdateTask } from "@taskwerk/contract/update-task";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRig, type Rig } from "../test-rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

const many = (count: number) =>
  rig.call("task.import", { tasks: Array.from({ length: count }, (_, n) => ({ title: `${n}`, tags: ["all"] })) });
const update = (input: UpdateTask) => rig.call("task.update", input);
const urgent = async () => (await rig.call("task.list", { query: "priority:high", limit: 0 })).page!.total;

describe("an update of all that a query finds", () => {
  it("changes what a list of that query shows, and nothing else", async () => {
    await rig.add("A", { tags: ["x"] });
    await rig.add("B", { tags: ["x", "wip"] });
    await rig.add("C");
    await rig.add("D", { tags: ["x"], status: "done" });
    const { data } = await update({ where: "tag:x -tag:wip", priority: "high" });
    expect((data as TaskWrite).changed.map(({ id }) => id)).toEqual(["TASK-001"]);
    const closed = await update({ where: "tag:x status:done", priority: "high" });
    expect((closed.data as TaskWrite).changed.map(({ id }) => id)).toEqual(["TASK-004"]);
    expect((await update({ where: "tag:nothing", title: "x" })).data).toMatchObject({ changed: [], unchanged: [] });
  });

  it("changes more than 20 only when they were counted or it was meant", async () => {
    await many(21);
    await expect(update({ where: "tag:all", priority: "high" })).rejects.toMatchObject({
      code: "CONFIRMATION_REQUIRED",
      details: { found: 21 },
    });
    await expect(update({ where: "tag:all", priority: "high", expect: 20 })).rejects.toMatchObject({
      code: "EXPECT_MISMATCH",
      details: { found: 21, expected: 20 },
    });
    expect(await urgent()).toBe(0);
    await update({ where: "tag:all", priority: "high", expect: 21 });
    expect(await urgent()).toBe(21);
    await update({ where: "tag:all", priority: "low", confirm: true });
    expect(await urgent()).toBe(0);
    await expect(update({ ids: ["1", "2"], priority: "high", expect: 3 })).rejects.toMatchObject({
      code: "EXPECT_MISMATCH",
    });
  });

  it("says in a rehearsal what would change, and changes nothing", async () => {
    await many(3);
    const before = await rig.call("event.list", {});
    const { data } = await update({ where: "tag:all", priority: "high", dry_run: true });
    expect((data as TaskWrite).changed.map(({ priority }) => priority)).toEqual(["high", "high", "high"]);
    expect(await urgent()).toBe(0);
    expect((await rig.call("event.list", {})).data).toEqual(before.data);
  });

  it("counts more than a hundred instead of listing them", async () => {
    await many(101);
    await update({ ids: ["1"], priority: "high" });
    const { data } = await update({ where: "tag:all", priority: "high", expect: 101 });
    expect(data as BulkResult).toMatchObject({ created: 0, updated: 100, skipped: 1 });
    expect(await urgent()).toBe(101);
  });

  it("is all or nothing", async () => {
    await rig.add("A", { tags: ["x"] });
    await rig.add("B", { tags: ["x"], status: "done" });
    await expect(update({ where: "tag:x is:open or tag:x is:closed", status: "review" })).rejects.toMatchObject({
      code: "INVALID_TRANSITION",
    });
    expect((await rig.call("task.show", { id: "1" })).data.status).toBe("todo");
  });

  it.each([
    [{}, "where"],
    [{ ids: ["1"], where: "tag:x" }, "where"],
    [{ where: "tag:x", if_rev: 1 }, "if_rev"],
    [{ where: "tga:x" }, "query"],
  ])("refuses %j", async (input, field) => {
    await expect(update({ title: "x", ...input })).rejects.toMatchObject({ field });
  });
});
