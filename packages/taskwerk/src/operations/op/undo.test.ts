import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRig, type Rig } from "../test-rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

const show = async (id: string) => (await rig.call("task.show", { id })).data;
const undo = (op = "last", more: Record<string, unknown> = {}, call = {}) => rig.call("op.undo", { op, ...more }, call);
const events = async (since: number) =>
  (await rig.call("event.list", { since })).data.map(({ type, subject }) => `${type} ${subject}`);
const cursor = async () => (await rig.call("store.status", {})).data.cursor;

describe("undo", () => {
  it("takes back the caller's last change, then the one before, and passes over undos and what others did", async () => {
    await rig.add("A");
    await rig.call("task.update", { ids: ["1"], title: "B" });
    await rig.call("task.update", { ids: ["1"], priority: "high" }, { actor: "bob" });
    await undo();
    expect(await show("1")).toMatchObject({ title: "A", priority: "high" });
    await expect(undo()).rejects.toMatchObject({
      code: "UNDO_CONFLICT",
      details: { conflicts: [{ task: "TASK-001", reason: "was changed since", actor: "bob" }] },
    });
    await undo("last", {}, { actor: "bob" });
    const { data } = await undo();
    expect(data.restored).toEqual([{ task: "TASK-001", field: "deleted", from: false, to: true }]);
    await expect(undo()).rejects.toMatchObject({ code: "OP_NOT_FOUND" });
    expect((await rig.call("task.list", { all: true })).data).toEqual([]);
  });

  it("stays within the caller's session", async () => {
    await rig.add("A");
    await rig.call("task.add", { title: "B" }, { session: "S" });
    await rig.add("C");
    await undo("last", {}, { session: "S" });
    expect((await rig.call("task.list", {})).data.map(({ title }) => title)).toEqual(["A", "C"]);
    await expect(undo("last", {}, { session: "S" })).rejects.toMatchObject({ code: "OP_NOT_FOUND" });
  });

  it("of an undo is redo, and says who took back what", async () => {
    await rig.add("A");
    const { meta } = await rig.call("task.update", { ids: ["1"], title: "B" });
    const first = (await undo(meta.op!)).data;
    await expect(undo(meta.op!)).rejects.toMatchObject({ code: "UNDO_CONFLICT", details: { undone_by: first.op } });
    const again = (await undo(first.op!.slice(-8))).data;
    expect(again.undone).toMatchObject([{ op: first.op, command: "op.undo" }]);
    expect((await show("1")).title).toBe("B");
    const { data } = await rig.call("op.list", { task: "1" });
    expect(data.map(({ command, undo_of, undone_by }) => ({ command, undo_of, undone_by }))).toEqual([
      { command: "op.undo", undo_of: [first.op], undone_by: null },
      { command: "op.undo", undo_of: [meta.op], undone_by: again.op },
      { command: "task.update", undo_of: [], undone_by: null },
      { command: "task.add", undo_of: [], undone_by: null },
    ]);
  });

  it("as a rehearsal says what would go back to what, and changes nothing", async () => {
    await rig.add("A");
    await rig.call("task.update", { ids: ["1"], title: "B", tags_add: ["x"] });
    const before = await cursor();
    const { data, meta } = await undo("last", { dry_run: true });
    expect(data).toMatchObject({
      op: null,
      dry_run: true,
      tasks: 1,
      restored: [
        { task: "TASK-001", field: "tags", from: "x", to: null },
        { task: "TASK-001", field: "title", from: "B", to: "A" },
      ],
    });
    expect(meta.op).toBeUndefined();
    expect(await cursor()).toBe(before);
    expect(await show("1")).toMatchObject({ title: "B", tags: ["x"] });
  });

  it("of the last N takes them back as one, so that one undo does them all again", async () => {
    await rig.add("A");
    await rig.call("task.update", { ids: ["1"], title: "B" });
    await rig.call("task.update", { ids: ["1"], title: "C" });
    const { data } = await undo("last", { n: 2 });
    expect(data.restored).toEqual([{ task: "TASK-001", field: "title", from: "C", to: "A" }]);
    await undo(data.op!);
    expect((await show("1")).title).toBe("C");
    for (const input of [{ n: 0 }, { n: 1.5 }]) {
      await expect(undo("last", input)).rejects.toMatchObject({ code: "VALIDATION_FAILED", field: "n" });
    }
    await expect(undo(data.op!, { n: 2 })).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
    await expect(undo("nonsense")).rejects.toMatchObject({ code: "OP_NOT_FOUND" });
  });

  it("brings a group back that closed by itself, with evidence, links, reason and times, and tells of all of it", async () => {
    await rig.add("G");
    await rig.add("a", { parent: "1" });
    await rig.add("b", { parent: "1" });
    await rig.call("task.transition", { ids: ["1.1"], to: "done" });
    await rig.call("task.transition", { ids: ["1.2"], to: "in-progress" });
    const before = [await show("1"), await show("1.2")];
    rig.pass(600_000);
    const since = await cursor();
    await rig.call("task.transition", { ids: ["1.2"], to: "done", reason: "r", note: "n", evidence: { commit: "c" } });
    expect((await show("1")).status).toBe("done");
    const told = await cursor();
    expect(told).toBeGreaterThan(since);
    await undo();
    const seen = ({ rev: _, updated_at: __, actual_minutes: ___, ...task }: Awaited<ReturnType<typeof show>>) => task;
    expect([await show("1"), await show("1.2")].map(seen)).toEqual(before.map(seen));
    expect(await events(told)).toEqual([
      "task.reopened TASK-001",
      "task.reopened TASK-001.2",
      "task.updated TASK-001.2",
      "task.updated TASK-001.2",
    ]);
  });

  it("of a cascade opens everything again, and of an import takes the whole batch away", async () => {
    await rig.add("G");
    for (const title of ["a", "b"]) await rig.add(title, { parent: "1" });
    await rig.call("task.transition", { ids: ["1"], to: "done", cascade: true });
    const { data } = await undo();
    expect(data.changed.map(({ id, status }) => [id, status])).toEqual([
      ["TASK-001", "todo"],
      ["TASK-001.1", "todo"],
      ["TASK-001.2", "todo"],
    ]);
    const tasks = [
      { ref: "p", title: "p" },
      { title: "c", parent: "p", depends_on: ["TASK-001"], key: "K" },
    ];
    const imported = await rig.call("task.import", { tasks }, { idempotencyKey: "once" });
    await undo();
    expect((await rig.call("task.list", {})).data).toHaveLength(3);
    const replayed = await rig.call("task.import", { tasks }, { idempotencyKey: "once" });
    expect(replayed.data).toEqual(imported.data);
    expect(replayed.warnings[0]).toContain("taskwerk undo --op");
    const anew = await rig.call("task.import", { tasks });
    expect(anew.data.new_ids).toEqual(["TASK-003", "TASK-003.1"]);
  });

  it("announces what is ready again", async () => {
    await rig.add("A");
    await rig.add("B", { depends_on: ["1"] });
    await rig.call("task.deps", { id: "2", add: ["1"] });
    await rig.add("C");
    await rig.call("task.deps", { id: "2", add: ["3"] });
    await rig.call("task.transition", { ids: ["1"], to: "done" });
    expect(await rig.ready()).toEqual(["TASK-003"]);
    const op = (await rig.call("op.list", {})).data.find(({ command }) => command === "task.deps")!.op;
    const since = await cursor();
    const { data } = await undo(op);
    expect(data.changed).toMatchObject([{ id: "TASK-002", ready: true }]);
    expect(await events(since)).toContain("task.ready TASK-002");
  });

  it("leaves a claim of somebody else alone, and gives back one's own", async () => {
    await rig.add("A");
    const { data, meta } = await rig.call("claim.take", { as: "agent", lease_s: 600 }, { actor: "agent" });
    await expect(undo(meta.op!)).rejects.toMatchObject({
      code: "UNDO_CONFLICT",
      details: { conflicts: [{ field: "claim", task: "TASK-001" }] },
    });
    await undo(meta.op!, { claim: data.claim.token });
    expect(await show("1")).toMatchObject({ status: "todo", claim: null, started_at: null });
    const own = await rig.call("claim.take", { as: "agent", lease_s: 600 });
    await rig.call("claim.heartbeat", { token: own.data.claim.token, lease_s: 1200 });
    await undo(own.meta.op!);
    expect(await show("1")).toMatchObject({ status: "todo", claim: null });
    const late = await rig.call("claim.take", { as: "agent", lease_s: 60 }, { actor: "agent" });
    expect(late.data.claim.fence).toBe(3);
    rig.pass(120_000);
    await undo(late.meta.op!);
    expect(await rig.ready()).toEqual(["TASK-001"]);
  });

  it("refuses what would tear tasks apart, and says which", async () => {
    const add = await rig.call("task.add", { title: "P" });
    await rig.add("child", { parent: "1" });
    await expect(undo(add.meta.op!)).rejects.toMatchObject({ code: "UNDO_CONFLICT" });
    const blocker = await rig.call("task.add", { title: "B" });
    await rig.add("waits", { depends_on: ["2"] });
    await expect(undo(blocker.meta.op!)).rejects.toMatchObject({
      details: { conflicts: [{ task: "TASK-003", field: "depends_on" }] },
    });
    const untied = await rig.call("task.deps", { id: "3", remove: ["2"] });
    await rig.call("task.deps", { id: "2", add: ["3"] });
    await expect(undo(untied.meta.op!)).rejects.toMatchObject({
      code: "UNDO_CONFLICT",
      details: { conflicts: [{ task: "TASK-003", field: "depends_on", reason: expect.stringContaining("cycle") }] },
    });
  });

  it("counts the time in progress over claims, pauses, reopening and undo", async () => {
    const minutes = async () => (await show("1")).actual_minutes;
    const to = (status: "in-progress" | "paused" | "done" | "todo") =>
      rig.call("task.transition", { ids: ["1"], to: status, ...(status === "todo" ? { from: ["done"] } : {}) });
    await rig.add("A");
    await to("in-progress");
    rig.pass(600_000);
    await to("paused");
    rig.pass(3_600_000);
    expect(await minutes()).toBe(10);
    await to("in-progress");
    rig.pass(300_000);
    await to("done");
    expect(await minutes()).toBe(15);
    await undo();
    rig.pass(60_000);
    expect(await minutes()).toBe(16);
    await to("done");
    await to("todo");
    rig.pass(60_000);
    const { data } = await rig.call("claim.take", { as: "w", lease_s: 60 });
    rig.pass(120_000);
    expect(await minutes()).toBe(18);
    await rig.call("claim.take", { as: "x", lease_s: 600 });
    rig.pass(60_000);
    expect(await minutes()).toBe(19);
    await expect(rig.call("claim.release", { token: data.claim.token })).rejects.toMatchObject({ code: "CLAIM_LOST" });
    await to("done").catch(() => undefined);
    await undo();
    expect(await minutes()).toBe(19);
  });
});

describe("session undo", () => {
  it("takes back all that a session changed, with an event, and leaves the rest", async () => {
    const call = { session: "S" };
    await rig.add("A");
    await rig.call("task.add", { title: "B" }, call);
    await rig.call("task.update", { ids: ["1"], title: "A2" }, call);
    await rig.call("task.note", { id: "1", text: "n" }, call);
    await undo("last", {}, call);
    const since = await cursor();
    const { data } = await rig.call("session.undo", { session: "S" });
    expect(data.undone).toHaveLength(2);
    expect(await events(since)).toContain("session.undone S");
    expect((await rig.call("task.list", { all: true })).data.map(({ title }) => title)).toEqual(["A"]);
    await expect(rig.call("session.undo", { session: "S" })).rejects.toMatchObject({ code: "OP_NOT_FOUND" });
    await expect(rig.call("session.undo", { session: "T" })).rejects.toMatchObject({ code: "SESSION_NOT_FOUND" });
    await undo(data.op!);
    expect((await rig.call("task.list", { all: true })).data.map(({ title }) => title)).toEqual(["A2", "B"]);
  });

  it("leaves counters right where one thing that goes back holds another", async () => {
    const call = { session: "S" };
    await rig.add("A");
    await rig.add("G");
    await rig.add("part", { parent: "2" });
    await rig.call("task.deps", { id: "2", add: ["1"] }, call);
    for (const id of ["1", "2"]) await rig.call("task.transition", { ids: [id], to: "done", cascade: true }, call);
    await rig.call("session.undo", { session: "S" });
    expect(await rig.ready()).toEqual(["TASK-001", "TASK-002.1"]);
    expect((await rig.call("db.check", {})).data.problems).toEqual([]);
  });

  it("gives a key back that went from one task to another, and does so again", async () => {
    const call = { session: "S" };
    await rig.add("A", { key: "k" });
    await rig.call("task.delete", { ids: ["1"] }, call);
    await rig.call("task.add", { title: "B", key: "k" }, call);
    const { data } = await rig.call("session.undo", { session: "S" });
    expect(await show("1")).toMatchObject({ key: "k", deleted_at: null });
    expect((await rig.call("task.list", { all: true })).data.map(({ title }) => title)).toEqual(["A"]);
    expect((await rig.call("db.check", {})).data.problems).toEqual([]);
    await undo(data.op!);
    expect((await rig.call("task.list", { all: true })).data).toMatchObject([{ title: "B", key: "k" }]);
    expect((await rig.call("db.check", {})).data.problems).toEqual([]);
  });

  it("refuses where others went on with it, with the list", async () => {
    await rig.call("task.add", { title: "A" }, { session: "S" });
    await rig.call("task.update", { ids: ["1"], title: "mine" }, { actor: "bob" });
    const before = await show("1");
    await expect(rig.call("session.undo", { session: "S" })).rejects.toMatchObject({
      code: "UNDO_CONFLICT",
      details: { conflicts: [{ task: "TASK-001", actor: "bob", op: expect.any(String) }], total: 1 },
    });
    expect(await show("1")).toEqual(before);
  });
});
