import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRig, type Rig } from "../test-rig.ts";
import { sound } from "../test-sound.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

const importAll = (
  tasks: unknown[],
  more: { on_conflict?: "fail" | "skip" | "update"; dry_run?: boolean } = {},
  call = {},
) => rig.call("task.import", { tasks, ...more }, call);
const list = async () => (await rig.call("task.list", { all: true, limit: 0 })).data;
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail("it was accepted"),
    (error) => error,
  );

const PLAN = [
  { ref: "c", title: "C", parent: "p", depends_on: ["b", "x"] },
  { ref: "p", title: "P", acceptance: ["all of it works"], tags: ["plan"] },
  { ref: "b", title: "B", parent: "p", key: "B-1", priority: "high", due_at: "2027-04-01" },
  { ref: "x", title: "X", status: "completed" },
];

describe("task.import", () => {
  it("keeps hierarchy and dependencies, whatever order the rows are in", async () => {
    const { data } = await importAll(PLAN);
    expect(data).toMatchObject({ created: 4, updated: 0, skipped: 0 });
    expect(data.ids).toMatchObject({
      p: "TASK-001",
      c: "TASK-001.1",
      b: "TASK-001.2",
      "B-1": "TASK-001.2",
      x: "TASK-002",
    });
    const tasks = new Map((await list()).map((task) => [task.title, task]));
    expect(tasks.get("C")).toMatchObject({ parent: "TASK-001", depends_on: ["TASK-001.2", "TASK-002"], ready: false });
    expect(tasks.get("P")).toMatchObject({ children: ["TASK-001.1", "TASK-001.2"], ready: false, tags: ["plan"] });
    expect(tasks.get("X")).toMatchObject({ status: "done" });
    expect(await rig.ready()).toEqual(["TASK-001.2"]);
  });

  it("works on as if the tasks had been added one by one", async () => {
    await importAll(PLAN);
    const done = async (id: string) =>
      (await rig.call("task.transition", { ids: [id], to: "done" })).data.unblocked.map((task) => task.id);
    expect(await done("1.2")).toEqual(["TASK-001.1"]);
    expect(await done("1.1")).toEqual(["TASK-001"]);
    expect(await done("1")).toEqual([]);
    expect(await rig.add("next")).toBe("TASK-003");
  });

  it("imports the same keys once", async () => {
    const rows = [
      { title: "P", key: "p" },
      { title: "A", key: "a", parent: "p" },
      { title: "B", key: "b", depends_on: ["a"] },
    ];
    await importAll(rows);
    expect(await failure(importAll(rows))).toMatchObject({ code: "DUPLICATE_KEY", details: { total: 3 } });
    const again = await importAll([...rows, { title: "C", key: "c", parent: "p", depends_on: ["b"] }], {
      on_conflict: "skip",
    });
    expect(again.data).toMatchObject({ created: 1, skipped: 3, ids: { a: "TASK-001.1", c: "TASK-001.2" } });
    expect(await list()).toHaveLength(4);
  });

  it("answers the same call with the same answer, and refuses another one under that key", async () => {
    const first = await importAll(PLAN, {}, { idempotencyKey: "k" });
    const second = await importAll(PLAN, {}, { idempotencyKey: "k" });
    expect(second.data).toEqual(first.data);
    expect(second.meta.op).toBe(first.meta.op);
    expect(await list()).toHaveLength(4);
    expect(await failure(importAll(PLAN.slice(1), {}, { idempotencyKey: "k" }))).toMatchObject({
      code: "IDEMPOTENCY_MISMATCH",
    });
  });

  it("reports every bad row and imports nothing", async () => {
    const error = await failure(
      importAll([
        { title: "good" },
        { titel: "typo" },
        "text",
        { title: "" },
        { title: "A", priority: "urgent", tags: ["two words"], estimate_minutes: 1.5, due_at: "someday" },
        { title: "B", parent: "nobody", depends_on: ["TASK-77"] },
        { title: "C", ref: "same" },
        { title: "D", ref: "same", status: "blokced" },
        { title: "nul\0", description: 7 },
      ]),
    );
    expect(error).toMatchObject({ code: "IMPORT_INVALID", details: { total: 14 } });
    const told = error.details.problems.map((one: { where: string; field: string }) => `${one.where} ${one.field}`);
    expect(told.sort()).toEqual([
      "tasks[1] titel",
      "tasks[1] title",
      "tasks[2] ",
      "tasks[3] title",
      "tasks[4] due_at",
      "tasks[4] estimate_minutes",
      "tasks[4] priority",
      "tasks[4] tags",
      "tasks[5] depends_on",
      "tasks[5] parent",
      "tasks[7] ref",
      "tasks[7] status",
      "tasks[8] description",
      "tasks[8] title",
    ]);
    expect(await list()).toEqual([]);
  });

  it.each([
    [
      "two that wait for each other",
      [
        { ref: "a", title: "A", depends_on: ["b"] },
        { ref: "b", title: "B", depends_on: ["a"] },
      ],
      ["a", "b", "a"],
    ],
    ["one that waits for itself", [{ ref: "a", title: "A", depends_on: ["a"] }], ["a", "a"]],
    [
      "parents in a ring",
      [
        { ref: "a", title: "A", parent: "b" },
        { ref: "b", title: "B", parent: "a" },
      ],
      ["a", "b", "a"],
    ],
    [
      "a child that waits for what waits for its parent",
      [
        { ref: "p", title: "P" },
        { ref: "k", title: "K", parent: "p", depends_on: ["x"] },
        { ref: "x", title: "X", depends_on: ["p"] },
      ],
      ["p", "k", "x", "p"],
    ],
    [
      "what a parent waits for, when that waits for its child",
      [
        { ref: "p", title: "P", depends_on: ["x"] },
        { ref: "k", title: "K", parent: "p" },
        { ref: "x", title: "X", depends_on: ["k"] },
      ],
      ["p", "x", "k", "p"],
    ],
  ])("refuses a cycle with its path: %s", async (_, rows, path) => {
    const error = await failure(importAll(rows));
    expect(error.code).toBe("DEPENDENCY_CYCLE");
    expect([...error.details.path].sort()).toEqual([...path].sort());
    expect(error.details.path.at(-1)).toBe(error.details.path[0]);
    expect(await list()).toEqual([]);
  });

  it("finds a cycle that leads over tasks of the store", async () => {
    await rig.add("P");
    await rig.add("Q", { depends_on: ["1"] });
    const error = await failure(importAll([{ title: "K", parent: "TASK-001", depends_on: ["TASK-002"] }]));
    expect(error).toMatchObject({
      code: "DEPENDENCY_CYCLE",
      details: { path: ["TASK-001", "TASK-001.1", "TASK-002", "TASK-001"] },
    });
    expect(await list()).toHaveLength(2);
  });

  it("refuses a dependency between a task and a part of it, naming the hierarchy", async () => {
    const error = await failure(
      importAll([
        { ref: "p", title: "P" },
        { ref: "m", title: "M", parent: "p" },
        { title: "K", parent: "m", depends_on: ["p"] },
      ]),
    );
    expect(error).toMatchObject({ code: "HIERARCHY_CONFLICT" });
  });

  it("puts rows under tasks of the store and after them", async () => {
    await rig.add("P");
    await rig.add("Q");
    await importAll([
      { title: "A", parent: "1", depends_on: ["TASK-002"] },
      { title: "B", parent: "1" },
    ]);
    expect(await rig.ready()).toEqual(["TASK-002", "TASK-001.2"]);
    await rig.call("task.transition", { ids: ["1.1", "1.2"], to: "done" });
    expect((await list()).find((task) => task.id === "TASK-001")).toMatchObject({ status: "done", progress: 100 });
    expect(await failure(importAll([{ title: "late", parent: "1" }]))).toMatchObject({ code: "HIERARCHY_CONFLICT" });
  });

  it("closes a task of the store when all that comes under it is closed", async () => {
    for (const title of ["P", "Q"]) await rig.add(title);
    await importAll([
      { title: "A", parent: "1", status: "cancelled" },
      { title: "B", parent: "1", status: "done" },
      { title: "C", parent: "2" },
      { title: "D", parent: "2", status: "done" },
    ]);
    const status = async (id: string) => (await list()).find((task) => task.id === id)?.status;
    expect([await status("TASK-001"), await status("TASK-002")]).toEqual(["done", "todo"]);
  });

  it("closes a parent whose parts all came closed, whatever open status the file gives it, and says so", async () => {
    await rig.add("stored");
    await importAll([
      { ref: "top", title: "Top", status: "todo", parent: "1" },
      { ref: "p", title: "P", status: "todo", parent: "top" },
      { title: "A", status: "done", parent: "p" },
      { title: "B", status: "cancelled", parent: "p" },
      { ref: "q", title: "Q", status: "in-progress" },
      { title: "C", status: "cancelled", parent: "q" },
      { ref: "r", title: "R", status: "todo" },
      { title: "D", status: "done", parent: "r" },
      { title: "E", parent: "r" },
      { ref: "s", title: "S", status: "todo", acceptance: ["whole"] },
      { title: "F", status: "done", parent: "s" },
    ]);
    const statuses = new Map((await list()).map(({ title, status }) => [title, status]));
    expect(["stored", "Top", "P", "Q", "R", "S"].map((title) => statuses.get(title))).toEqual([
      "done",
      "done",
      "done",
      "cancelled",
      "todo",
      "todo",
    ]);
    const tasks = await list();
    expect((await rig.ready()).map((id) => tasks.find((task) => task.id === id)?.title)).toEqual(["S", "E"].sort());
    const events = (await rig.call("event.list", {})).data;
    const closing = events.filter(({ type }) => type === "task.completed" || type === "task.cancelled");
    expect(closing.map(({ subject }) => tasks.find(({ id }) => id === subject)?.title)).toEqual([
      "Q",
      "P",
      "Top",
      "stored",
    ]);
    expect(new Set(closing.map(({ op }) => op)).size).toBe(1);
    expect((await rig.call("db.check", {})).data).toMatchObject({ ok: true });
  });

  it("turns dependencies of tasks that are there round, whichever row comes first", async () => {
    const a = await rig.add("a");
    const b = await rig.add("b", { depends_on: [a] });
    const rows = [
      { id: a, title: "a", depends_on: [b] },
      { id: b, title: "b", depends_on: [] },
    ];
    expect((await importAll(rows, { on_conflict: "update" })).data).toMatchObject({ updated: 2 });
    expect(await rig.ready()).toEqual([b]);
    const back = rows.map(({ depends_on, ...row }) => ({ ...row, depends_on: depends_on.length > 0 ? [] : [a] }));
    await importAll(back.toReversed(), { on_conflict: "update" });
    expect(await rig.ready()).toEqual([a]);
  });

  it("updates what a row says it blocks beside what that waits for already", async () => {
    const [a, b] = [await rig.add("a"), await rig.add("b")];
    const c = await rig.add("c", { depends_on: [a] });
    const rows = [
      { id: b, title: "b", blocks: [c] },
      { id: c, title: "c" },
    ];
    expect((await importAll(rows, { on_conflict: "update" })).data).toMatchObject({ updated: 1, skipped: 1 });
    expect((await list()).find(({ id }) => id === c)).toMatchObject({ depends_on: [a, b] });
  });

  it("closes a parent that an update leaves without criteria, where all of it is closed", async () => {
    const parent = await rig.add("parent", { acceptance: ["whole"] });
    const child = await rig.add("child", { parent });
    await rig.call("task.transition", { ids: [child], to: "done" });
    await importAll([{ id: parent, title: "parent", acceptance: [] }], { on_conflict: "update" });
    expect((await list()).find(({ id }) => id === parent)).toMatchObject({ status: "done", acceptance: [] });
  });

  it("moves what the file puts under another parent, in whatever order, and keeps the ids", async () => {
    await importAll([
      { key: "a", title: "A", acceptance: ["a"] },
      { key: "b", title: "B", parent: "a", acceptance: ["b"] },
      { key: "c", title: "C", parent: "b" },
      { key: "d", title: "D", acceptance: ["d"] },
    ]);
    const update = (...rows: object[]) => importAll(rows, { on_conflict: "update" });
    const parents = async () => Object.fromEntries((await list()).map(({ key, parent }) => [key, parent]));
    const before = new Map((await list()).map(({ key, id }) => [key, id]));
    const [b, d] = ["b", "d"].map((key) => before.get(key)!);
    // A and B change places, and C goes under what the file brings.
    const { data } = await update(
      { key: "a", title: "A", parent: "b" },
      { key: "b", title: "B", parent: null },
      { key: "c", title: "C", parent: "new" },
      { key: "new", title: "New", parent: "d" },
    );
    expect(data).toMatchObject({ created: 1, updated: 3 });
    const fresh = (await list()).find(({ key }) => key === "new")!.id;
    expect(await parents()).toEqual({ a: b, b: null, c: fresh, new: d, d: null });
    for (const { key, id } of await list()) if (before.has(key)) expect(id).toBe(before.get(key));
    expect((await update({ key: "a", title: "A", parent: "b" })).data).toMatchObject({ updated: 0, skipped: 1 });

    // A circle, what is closed, and what one depends on are refused as move refuses them, and nothing is done.
    const refused = async (...rows: object[]) => {
      const error = await failure(update({ key: "d", title: "D2" }, ...rows));
      expect(error).toMatchObject({ code: "HIERARCHY_CONFLICT", details: { problems: [{ field: "parent" }] } });
      expect((await list()).find(({ key }) => key === "d")!.title).toBe("D");
    };
    await refused({ key: "b", title: "B", parent: "a" });
    await rig.call("task.deps", { id: "1", add: ["2"] });
    await refused({ key: "a", title: "A", parent: "d" });
    await rig.call("task.deps", { id: "1", remove: ["2"] });
    const shut = await rig.add("shut", { status: "done" });
    await refused({ key: "a", title: "A", parent: shut });
    expect(await sound(rig)).toEqual([]);
  });

  it("says that the disk is full where it is, and blames no row", async () => {
    const id = await rig.add("t");
    await rig.store.write((tx) => tx.exec("pragma max_page_count = 1"));
    const rows = [{ id, title: "t", description: "x".repeat(900_000) }];
    const error = await failure(importAll(rows, { on_conflict: "update" }));
    expect([error.code, error.details.problems]).toEqual(["STORE_FULL", undefined]);
    const operations = [
      { op: "update", id, description: "x".repeat(900_000) },
      { op: "note", id, text: "n" },
    ];
    const refused = await failure(rig.call("batch", { operations }));
    expect([refused.code, refused.details.problems]).toEqual(["STORE_FULL", undefined]);
  });

  it("gives no number away below which an id is that came without its parent", async () => {
    await importAll([{ id: "TASK-003.2.1", title: "of a whole that is not here" }]);
    const whole = await rig.add("whole");
    expect(whole).toBe("TASK-004");
    for (const title of ["one", "two", "three"]) await rig.add(title, { parent: whole });
    const own = await importAll([{ id: "TASK-003", title: "the whole after all" }]);
    expect(own.data.new_ids).toEqual(["TASK-003"]);
    const parts = [];
    for (const title of ["one", "two"]) parts.push(await rig.add(title, { parent: "TASK-003" }));
    expect(parts).toEqual(["TASK-003.3", "TASK-003.4"]);
  });

  it("says of an update what the file has deleted or archived and this store has not", async () => {
    for (const title of ["a", "b", "c"]) await rig.add(title);
    const at = "2027-02-01T00:00:00.000Z";
    const [one, two, three] = await Promise.all(["1", "2", "3"].map((id) => rig.call("task.show", { id })));
    const { warnings } = await rig.call("task.import", {
      on_conflict: "update",
      tasks: [
        { uid: one!.data.uid, title: "a", deleted_at: at },
        { uid: two!.data.uid, title: "b", archived_at: at, status: "done" },
        { uid: three!.data.uid, title: "C" },
      ],
    });
    expect(warnings).toEqual([
      "TASK-001 is deleted in the file and not here: taskwerk delete TASK-001",
      "TASK-002 is archived in the file and not here: taskwerk archive TASK-002",
    ]);
  });

  it("refuses two rows about one task, which an update could only obey by turns", async () => {
    const id = await rig.add("a", { key: "k" });
    const tasks = [
      { key: "k", title: "one" },
      { id, title: "other" },
    ];
    await expect(rig.call("task.import", { on_conflict: "update", tasks })).rejects.toMatchObject({
      code: "IMPORT_INVALID",
      details: { problems: [{ where: "tasks[1]", message: "it is TASK-001, and so is tasks[0]" }] },
    });
    expect((await rig.call("task.import", { on_conflict: "skip", tasks })).data.skipped).toBe(2);
  });

  it("keeps no id whose number leaves none for the tasks after it", async () => {
    const tasks = [
      { id: "TASK-999999999", title: "far" },
      { title: "part", parent: "TASK-999999999" },
    ];
    const { data } = await rig.call("task.import", { tasks });
    expect(data.ids).toMatchObject({ "TASK-999999999": "TASK-001" });
    expect(data.new_ids).toEqual(["TASK-001", "TASK-001.1"]);
    expect(await rig.add("next")).toBe("TASK-002");
  });

  it("names the rows of a line that is far too long, also among tasks that are there", async () => {
    const keys = Array.from({ length: 200 }, (_, n) => `k${n}`);
    await rig.call("task.import", { tasks: keys.map((key) => ({ title: key, key })) });
    const tasks = keys.map((key, n) => ({ title: key, key, ...(n > 0 ? { parent: keys[n - 1]! } : {}) })).reverse();
    await expect(rig.call("task.import", { tasks, on_conflict: "update" })).rejects.toMatchObject({
      code: "HIERARCHY_CONFLICT",
      message: "3 of 200 rows are wrong. Nothing was imported.",
    });
  });

  it("takes as many dependencies, tags and criteria of one task as a store may hold", async () => {
    const many = Array.from({ length: 1_100 }, (_, n) => n);
    const rows = [
      ...many.map((n) => ({ ref: `r${n}`, title: `t${n}` })),
      {
        title: "release",
        depends_on: many.map((n) => `r${n}`),
        tags: many.map((n) => `t${n}`),
        acceptance: many.map((n) => `a${n}`),
      },
    ];
    await importAll(rows);
    const [last] = (await list()).filter(({ title }) => title === "release");
    expect([last!.depends_on.length, last!.tags.length, last!.acceptance.length]).toEqual([1_100, 1_100, 1_100]);
  });

  it("rehearses with dry_run and leaves no trace", async () => {
    const { data, meta } = await importAll(PLAN, { dry_run: true }, { session: "S" });
    expect(data).toMatchObject({ created: 4, ids: {}, new_ids: [] });
    expect(meta.op).toBeUndefined();
    expect(await list()).toEqual([]);
    expect((await rig.call("store.status", {})).data.cursor).toBe(0);
  });

  it("takes many rows, deep and wide", async () => {
    const rows = Array.from({ length: 3000 }, (_, n) => ({
      ref: `r${n}`,
      title: `Task ${n}`,
      ...(n > 0 && n < 60 ? { parent: `r${n - 1}` } : {}),
      ...(n > 100 ? { depends_on: [`r${n - 1}`, `r${n - 2}`] } : {}),
      tags: [`t${n % 7}`, "all"],
    }));
    expect((await importAll(rows)).data.created).toBe(3000);
    expect((await rig.call("task.list", { tag: ["t3", "all"] })).page!.total).toBe(429);
    expect(
      await failure(
        importAll(
          Array.from({ length: 70 }, (_, n) => ({
            ref: `${n}`,
            title: "deep",
            ...(n > 0 ? { parent: `${n - 1}` } : {}),
          })),
        ),
      ),
    ).toMatchObject({
      code: "HIERARCHY_CONFLICT",
    });
  });
});
