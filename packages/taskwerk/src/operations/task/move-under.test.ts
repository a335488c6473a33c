import type { Task } from "@taskwerk/contract/task";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkCounters } from "../../store/check/check-counters.ts";
import { openRig, type Rig } from "../test-rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

const show = async (id: string): Promise<Task> => (await rig.call("task.show", { id })).data;
const moveTo = (parent: string | null, ...ids: string[]) => rig.call("task.move", { ids, parent });

describe("task.move", () => {
  it("keeps ids, takes all below along, and the next child gets a number of its own", async () => {
    const [old, other] = [await rig.add("old"), await rig.add("other")];
    const child = await rig.add("child", { parent: old });
    const deep = await rig.add("deep", { parent: child });
    const { data } = await moveTo(other, child);
    expect(data.changed.map(({ id, parent }) => [id, parent])).toEqual([["TASK-001.1", "TASK-002"]]);
    expect((await show(deep)).parent).toBe(child);
    expect((await show(old)).children).toEqual([]);
    expect((await show(other)).children).toEqual([child]);
    expect(await rig.add("next", { parent: old })).toBe("TASK-001.2");
    expect((await moveTo(other, child)).data.unchanged).toHaveLength(1);
    expect((await moveTo(null, child)).data.changed[0]!.parent).toBeNull();
    expect((await rig.call("task.list", { query: "under:TASK-002" })).data).toEqual([]);
  });

  it("refuses a place below itself, a closed one for what is open, and one that it waits for, naming them", async () => {
    const top = await rig.add("top");
    const low = await rig.add("low", { parent: top });
    await expect(moveTo(top, top)).rejects.toMatchObject({ code: "HIERARCHY_CONFLICT" });
    await expect(moveTo(low, top)).rejects.toMatchObject({
      code: "HIERARCHY_CONFLICT",
      message: "TASK-001.1 is a part of TASK-001: it cannot also have it as a part.",
    });
    const [done, waits] = [await rig.add("done", { status: "done" }), await rig.add("waits", { depends_on: [top] })];
    await expect(moveTo(done, low)).rejects.toMatchObject({ message: /TASK-002 is done/ });
    await expect(moveTo(top, waits)).rejects.toMatchObject({
      code: "HIERARCHY_CONFLICT",
      message: "TASK-003 depends on TASK-001; the one cannot be a part of the other.",
    });
  });

  it("refuses to close a cycle over parts and dependencies, with the path", async () => {
    const [plan, build] = [await rig.add("plan"), await rig.add("build")];
    await rig.call("task.deps", { id: build, add: [plan] });
    const part = await rig.add("part", { parent: build });
    const first = await rig.add("first", { depends_on: [part] });
    // The plan would end after `first`, which waits for a part of what waits for the plan.
    await expect(moveTo(plan, first)).rejects.toMatchObject({
      code: "DEPENDENCY_CYCLE",
      details: { path: [plan, first, part, build, plan] },
    });
    expect((await show(first)).parent).toBeNull();
  });

  it("keeps to 64 levels, all that lies below counted", async () => {
    let at = await rig.add("1");
    for (let level = 2; level <= 62; level += 1) at = await rig.add(String(level), { parent: at });
    const pair = await rig.add("pair");
    const low = await rig.add("low", { parent: pair });
    const lower = await rig.add("lower", { parent: low });
    await expect(moveTo(at, pair)).rejects.toMatchObject({ code: "HIERARCHY_CONFLICT", message: /64 levels/ });
    await moveTo(null, lower);
    await moveTo(at, pair);
    await expect(rig.add("too deep", { parent: low })).rejects.toMatchObject({ code: "HIERARCHY_CONFLICT" });
    expect(await rig.store.read(checkCounters)).toEqual([]);
  });

  it("lets groups follow, and undo brings both back", async () => {
    const [group, other] = [await rig.add("group"), await rig.add("other")];
    const open = await rig.add("open", { parent: group });
    await rig.add("closed", { parent: group, status: "done" });
    const { meta } = await moveTo(other, open);
    expect((await show(group)).status).toBe("done");
    await rig.call("op.undo", { op: meta.op! });
    expect((await show(group)).status).toBe("todo");
    expect((await show(open)).parent).toBe(group);
    expect((await show(other)).children).toEqual([]);
  });

  it("closes what only closed tasks are left in, or come to, whatever order they are named in", async () => {
    const [old, to, only] = [await rig.add("old"), await rig.add("to"), await rig.add("only")];
    const done = await rig.add("done", { parent: old });
    const left = await rig.add("left", { parent: old });
    const open = await rig.add("open", { parent: old });
    await rig.call("task.transition", { ids: [done, left], to: "done" });
    const { data } = await moveTo(to, done, open);
    expect(data.changed.map(({ id }) => id)).toEqual([done, open]);
    expect(await show(old)).toMatchObject({ status: "done", children: [left] });
    expect(await show(to)).toMatchObject({ status: "todo" });
    await moveTo(only, left);
    expect(await show(only)).toMatchObject({ status: "done" });
    expect((await rig.call("db.check", {})).data.problems).toEqual([]);
  });

  it("undo of a session lets two that changed places change back", async () => {
    const [a, b] = [await rig.add("a"), await rig.add("b")];
    await moveTo(a, b);
    await rig.call("task.move", { ids: [b], parent: null }, { session: "s" });
    await rig.call("task.move", { ids: [a], parent: b }, { session: "s" });
    await rig.call("session.undo", { session: "s" });
    expect([(await show(a)).parent, (await show(b)).parent]).toEqual([null, a]);
    expect(await rig.store.read(checkCounters)).toEqual([]);
  });

  it("is not undone where the way back is closed by now", async () => {
    const [a, b, c] = [await rig.add("a"), await rig.add("b"), await rig.add("c")];
    await moveTo(a, b);
    const { meta } = await moveTo(null, b);
    await moveTo(c, a);
    await moveTo(b, c);
    await expect(rig.call("op.undo", { op: meta.op! })).rejects.toMatchObject({ code: "UNDO_CONFLICT" });
    expect((await show(b)).parent).toBeNull();
  });

  it("lets what it leaves behind be ready, and what it brings under a held task wait", async () => {
    const held = await rig.add("held", { depends_on: [await rig.add("first")] });
    const part = await rig.add("part", { parent: held });
    expect(await rig.ready()).toEqual(["TASK-001"]);
    expect((await moveTo(null, part)).data.changed[0]!.ready).toBe(true);
    await moveTo(held, part);
    expect((await show(part)).ready).toBe(false);
  });
});
