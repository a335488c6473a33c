import { readFileSync } from "node:fs";
import { join } from "node:path";
import { STORE_FILE } from "@taskwerk/contract/api-file";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { vacuumStore } from "../../store/files.ts";
import { openRig, type Rig } from "../test-rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

const show = async (id: string) => (await rig.call("task.show", { id })).data;
const ids = async (all = true) => (await rig.call("task.list", { all })).data.map(({ id }) => id);
const clean = async () => expect((await rig.call("db.check", {})).data.problems).toEqual([]);

describe("is:deleted", () => {
  const found = async (query: string, more: object = {}) =>
    (await rig.call("task.list", { query, ...more })).data.map(({ id }) => id);

  it("lists what can be restored, whatever its status, and nothing else does", async () => {
    for (const title of ["A", "B", "C", "D", "E"]) await rig.add(title);
    await rig.call("task.update", { ids: ["4"], due_at: "2027-02-01T00:00:00Z" });
    await rig.call("task.transition", { ids: ["2", "5"], to: "done" });
    await rig.call("task.archive", { ids: ["2"] });
    await rig.call("task.delete", { ids: ["1", "2", "4", "5"] });
    await rig.call("task.purge", { ids: ["5"], confirm: true });
    expect((await found("is:deleted")).sort()).toEqual(["TASK-001", "TASK-002", "TASK-004"]);
    expect(await found("is:deleted is:open is:overdue")).toEqual(["TASK-004"]);
    expect(await found("is:deleted or title:c", { sort: "id" })).toEqual([
      "TASK-001",
      "TASK-002",
      "TASK-003",
      "TASK-004",
    ]);
    expect(await found("not is:deleted")).toEqual(["TASK-003"]);
    expect(await found("is:overdue")).toEqual([]);
    const page = await rig.call("task.list", { query: "is:deleted", limit: 1 });
    expect(page.page).toMatchObject({ returned: 1, total: 3, truncated: true });
    expect((await rig.call("task.ready", { query: "is:deleted" })).data).toEqual([]);
    expect((await rig.call("task.search", { text: "A", query: "is:deleted" })).data).toMatchObject([
      { id: "TASK-001" },
    ]);
  });

  it("is not what a bulk update may choose: they are restored first", async () => {
    await rig.add("A");
    await rig.call("task.delete", { ids: ["1"] });
    await expect(rig.call("task.update", { where: "is:deleted", priority: "high" })).rejects.toMatchObject({
      code: "INVALID_QUERY",
      hint: expect.stringContaining("taskwerk restore"),
    });
    expect((await show("1")).priority).toBe("medium");
  });
});

describe("delete", () => {
  it("hides a task from lists, counts it, and never gives its id again", async () => {
    await rig.add("A", { key: "K" });
    const { data } = await rig.call("task.delete", { ids: ["1"] });
    expect(data.changed).toMatchObject([{ id: "TASK-001", deleted_at: "2027-03-01T12:00:00.000Z", ready: false }]);
    expect(await ids()).toEqual([]);
    expect((await rig.call("store.status", {})).data).toMatchObject({ deleted: 1, archived: 0, tasks: { todo: 0 } });
    await expect(rig.call("task.update", { ids: ["1"], title: "x" })).rejects.toMatchObject({
      code: "TASK_NOT_FOUND",
      hint: expect.stringContaining("taskwerk restore TASK-001"),
    });
    expect((await show("1")).title).toBe("A");
    expect((await rig.call("task.delete", { ids: ["1"] })).data).toMatchObject({
      changed: [],
      unchanged: [{ id: "TASK-001" }],
    });
    expect(await rig.add("B", { key: "K" })).toBe("TASK-002");
    await expect(rig.call("task.restore", { ids: ["1"] })).rejects.toMatchObject({ code: "DUPLICATE_KEY" });
    await rig.call("task.delete", { ids: ["2"] });
    expect((await rig.call("task.restore", { ids: ["1"] })).data.changed).toMatchObject([
      { key: "K", deleted_at: null },
    ]);
    await clean();
  });

  it("of a task with others below it wants to be told so, and brings them all back together", async () => {
    await rig.add("P");
    for (const title of ["a", "b"]) await rig.add(title, { parent: "1" });
    await rig.add("deep", { parent: "1.1" });
    await expect(rig.call("task.delete", { ids: ["1"] })).rejects.toMatchObject({
      code: "HIERARCHY_CONFLICT",
      details: { below: ["TASK-001.1", "TASK-001.2", "TASK-001.1.1"] },
    });
    await rig.call("task.delete", { ids: ["1.2"] });
    expect(await show("1")).toMatchObject({ children: ["TASK-001.1"], progress: 0 });
    rig.pass(1_000);
    await rig.call("task.delete", { ids: ["1"], cascade: true });
    await expect(rig.call("task.restore", { ids: ["1.1"] })).rejects.toMatchObject({ code: "HIERARCHY_CONFLICT" });
    await rig.call("task.restore", { ids: ["1"] });
    expect(new Set(await ids())).toEqual(new Set(["TASK-001", "TASK-001.1", "TASK-001.1.1"]));
    await clean();
  });

  it("lets a group close when what was still open of it goes, and open when it comes back", async () => {
    await rig.add("G");
    for (const title of ["a", "b"]) await rig.add(title, { parent: "1" });
    await rig.call("task.transition", { ids: ["1.1"], to: "done" });
    await rig.call("task.delete", { ids: ["1.2"] });
    expect((await show("1")).status).toBe("done");
    await rig.call("task.restore", { ids: ["1.2"] });
    expect((await show("1")).status).toBe("todo");
    await clean();
  });

  it("lets a group close when the last that is brought back under it is closed, and not before all are back", async () => {
    const group = await rig.add("group");
    const [open, done] = [await rig.add("open", { parent: group }), await rig.add("done", { parent: group })];
    await rig.call("task.transition", { ids: [done], to: "done" });
    await rig.call("task.delete", { ids: [done] });
    await rig.call("task.delete", { ids: [open] });
    const { meta } = await rig.call("task.restore", { ids: [done, open] });
    expect(await show(group)).toMatchObject({ status: "todo" });
    await clean();
    const told = (await rig.call("event.list", {})).data.filter(
      ({ op, type }) => op === meta.op && type !== "task.ready",
    );
    expect(told.map(({ type, subject }) => [type, subject])).toEqual([
      ["task.restored", done],
      ["task.restored", open],
    ]);
  });

  it("of a closed task brings it back into a group that then has nothing open", async () => {
    const group = await rig.add("group", { acceptance: ["whole"] });
    const part = await rig.add("part", { parent: group });
    await rig.call("task.transition", { ids: [part], to: "done" });
    await rig.call("task.delete", { ids: [part] });
    await rig.call("task.criteria", { id: group, remove: [1] });
    expect(await show(group)).toMatchObject({ status: "todo" });
    const { meta } = await rig.call("task.restore", { ids: [part] });
    expect(await show(group)).toMatchObject({ status: "done", progress: 100 });
    await rig.call("op.undo", { op: meta.op! });
    expect(await show(group)).toMatchObject({ status: "todo" });
    await clean();
  });

  it("keeps those waiting that depend on it, names them, and lets the dependency be taken away", async () => {
    await rig.add("A");
    await rig.add("B", { depends_on: ["1"] });
    const { warnings } = await rig.call("task.delete", { ids: ["1"] });
    expect(warnings).toEqual([
      "TASK-002 still waits for TASK-001. To let it go on:  taskwerk dep rm TASK-002 TASK-001",
    ]);
    expect(await show("2")).toMatchObject({ ready: false, depends_on: ["TASK-001"] });
    const { data } = await rig.call("task.deps", { id: "2", remove: ["1"] });
    expect(data.changed).toMatchObject([{ id: "TASK-002", ready: true }]);
    await clean();
  });

  it("names who waits for it and who waits for those; nobody that is closed or gone too", async () => {
    await rig.add("A");
    await rig.add("B", { depends_on: ["1"] });
    await rig.add("C", { depends_on: ["1"] });
    await rig.add("behind", { depends_on: ["2"] });
    await rig.add("done", { depends_on: ["1"], status: "done" });
    await rig.add("gone", { depends_on: ["1"] });
    const { warnings } = await rig.call("task.delete", { ids: ["6", "1"] });
    expect(warnings).toEqual([
      "TASK-002, TASK-003 still wait for TASK-001, and behind them TASK-004. To let the first go on:  taskwerk dep rm TASK-002 TASK-001",
    ]);
    const closed = await rig.add("closed", { status: "done" });
    await rig.add("after it", { depends_on: [closed] });
    expect((await rig.call("task.delete", { ids: [closed] })).warnings).toEqual([]);
    await clean();
  });

  it("of a claimed task needs its token", async () => {
    await rig.add("A");
    const { data } = await rig.call("claim.take", { as: "w" });
    await expect(rig.call("task.delete", { ids: ["1"] })).rejects.toMatchObject({ code: "CLAIM_REQUIRED" });
    rig.pass(120_000);
    await rig.call("task.delete", { ids: ["1"], claim: data.claim.token });
    rig.pass(600_000);
    expect((await show("1")).actual_minutes).toBe(2);
  });
});

describe("archive", () => {
  it("takes closed tasks with all below them out of the lists, and restore brings them back", async () => {
    await rig.add("P");
    await rig.add("a", { parent: "1" });
    await expect(rig.call("task.archive", { ids: ["1"] })).rejects.toMatchObject({ code: "INVALID_TRANSITION" });
    await rig.call("task.transition", { ids: ["1.1"], to: "done" });
    const { data } = await rig.call("task.archive", { ids: ["1"] });
    expect(data.changed.map(({ id }) => id)).toEqual(["TASK-001", "TASK-001.1"]);
    expect(await ids()).toEqual([]);
    expect((await rig.call("store.status", {})).data).toMatchObject({ archived: 2 });
    expect((await rig.call("task.archive", { ids: ["1.1"] })).data.unchanged).toHaveLength(1);
    await rig.call("task.restore", { ids: ["1"] });
    expect(await ids()).toHaveLength(2);
    await rig.call("task.archive", { ids: ["1"] });
    await rig.call("task.transition", { ids: ["1.1"], to: "todo", from: ["done"] });
    expect(await ids(false)).toEqual(["TASK-001.1", "TASK-001"]);
    await clean();
  });
});

describe("purge", () => {
  it("takes what deleted tasks say out of the store, and leaves a log that fits together", async () => {
    await rig.call("task.add", { title: "a secret", note: "hush" }, { idempotencyKey: "k" });
    await rig.add("waits", { depends_on: ["1"] });
    await rig.call("task.update", { ids: ["1"], title: "a worse secret", tags_add: ["x"] });
    await expect(rig.call("task.purge", { ids: ["1"], confirm: true })).rejects.toMatchObject({
      code: "INVALID_TRANSITION",
    });
    await rig.call("task.delete", { ids: ["1"] });
    await expect(rig.call("task.purge", {})).rejects.toMatchObject({ code: "CONFIRMATION_REQUIRED" });
    expect((await rig.call("task.purge", { dry_run: true })).data).toEqual({ purged: ["TASK-001"], dry_run: true });
    expect((await show("1")).title).toBe("a worse secret");
    const { data, warnings, meta } = await rig.call("task.purge", { confirm: true });
    expect(data).toEqual({ purged: ["TASK-001"], dry_run: false });
    expect(warnings).toEqual(["TASK-002 waits for TASK-001 no longer."]);
    expect(await rig.ready()).toEqual(["TASK-002"]);
    const everything = await rig.store.read(async (reader) =>
      JSON.stringify(
        await Promise.all(
          ["tasks", "notes", "changes", "events", "idempotency", "tags"].map((table) =>
            reader.all(`select * from ${table}`),
          ),
        ),
      ),
    );
    expect(everything).not.toMatch(/secret|hush/);
    await clean();
    await expect(show("1")).rejects.toMatchObject({ code: "TASK_NOT_FOUND", message: "TASK-001 was purged." });
    await expect(rig.call("op.undo", { op: meta.op! })).rejects.toMatchObject({ code: "UNDO_CONFLICT" });
    await expect(rig.call("task.restore", { ids: ["1"] })).rejects.toMatchObject({ code: "TASK_NOT_FOUND" });
    await expect(
      rig.call("task.add", { title: "a secret", note: "hush" }, { idempotencyKey: "k" }),
    ).rejects.toMatchObject({ code: "TASK_NOT_FOUND" });
    expect((await rig.call("op.list", {})).data[0]).toMatchObject({
      command: "task.purge",
      summary: expect.arrayContaining(["purged TASK-001"]),
    });
    await rig.add("more");
    await rig.call("task.delete", { ids: ["2"] });
    await rig.call("task.purge", { confirm: true });
    await clean();
    expect((await rig.call("task.purge", { confirm: true })).data.purged).toEqual([]);
  });

  it("takes kept answers too that name the task only by its display id", async () => {
    const call = { idempotencyKey: "import" };
    await rig.call("task.import", { tasks: [{ title: "A", key: "the secret key" }] }, call);
    await rig.add("other");
    await rig.call("task.note", { id: "1", text: "a secret" }, { idempotencyKey: "note" });
    const batch = [{ op: "note", id: "1", text: "a secret" }];
    await rig.call("batch", { operations: batch }, { idempotencyKey: "batch" });
    await rig.call("op.undo", { op: "last" }, { idempotencyKey: "undo" });
    await rig.call("task.note", { id: "2", text: "stays" }, { idempotencyKey: "other" });
    await rig.call("task.delete", { ids: ["1"] });
    await rig.call("task.purge", { confirm: true });
    const kept = await rig.store.read((reader) => reader.all("select key, outcome from idempotency"));
    expect(JSON.stringify(kept)).not.toMatch(/secret/);
    expect((await rig.call("task.note", { id: "2", text: "stays" }, { idempotencyKey: "other" })).data.text).toBe(
      "stays",
    );
    await expect(
      rig.call("task.note", { id: "1", text: "a secret" }, { idempotencyKey: "note" }),
    ).rejects.toMatchObject({
      code: "TASK_NOT_FOUND",
    });
  });

  it("leaves no word of it in the index of search, and none in the file once its free space is given back", async () => {
    await rig.add("firsthush", { description: "secondhush", note: "thirdhush" });
    for (let n = 0; n < 30; n += 1) await rig.add(`other ${n}`);
    await rig.call("task.update", { ids: ["1"], title: "fourthhush" });
    await rig.call("task.delete", { ids: ["1"] });
    await rig.call("task.purge", { confirm: true });
    expect((await rig.call("task.search", { text: "other" })).page!.total).toBe(30);
    await rig.call("db.check", {});
    await rig.store.close();
    await vacuumStore(rig.dir);
    expect(readFileSync(join(rig.dir, STORE_FILE), "latin1").includes("hush")).toBe(false);
  });

  it("takes notes out of kept answers too, and leaves what others' answers say", async () => {
    await rig.add("A");
    await rig.add("B");
    const note = (id: string, text: string, key: string) =>
      rig.call("task.note", { id, text }, { idempotencyKey: key });
    await note("1", "hush", "a");
    const kept = await note("2", "of TASK-001", "b");
    await rig.call(
      "batch",
      { operations: [{ op: "note", id: "1", text: "hush, in a batch" }] as never },
      { idempotencyKey: "c" },
    );
    await rig.call("task.delete", { ids: ["1"] });
    await rig.call("task.purge", { confirm: true });
    const rows = await rig.store.read((reader) => reader.all<{ outcome: string }>("select outcome from idempotency"));
    expect(JSON.stringify(rows)).not.toContain("hush");
    expect((await note("2", "of TASK-001", "b")).data).toEqual(kept.data);
  });

  it("cannot hide that somebody tampered with what is left", async () => {
    await rig.add("A");
    await rig.call("task.delete", { ids: ["1"] });
    await rig.call("task.purge", { confirm: true });
    await rig.store.write(async (tx) => {
      await tx.run("update events set type = 'task.updated' where cursor = 1");
    });
    expect((await rig.call("db.check", {})).data.problems).toMatchObject([{ check: "chain", seq: 1 }]);
  });
});
