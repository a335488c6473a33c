import type { TaskWrite } from "@taskwerk/contract/task";
import type { UpdateTask } from "@taskwerk/contract/update-task";
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
const reopen = (id: string) => move(id, "todo", { from: ["done", "cancelled"] });
const updated = async (input: UpdateTask) => (await rig.call("task.update", input)).data as TaskWrite;
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
      meta: { store: rig.dir, cursor: 3, session: "S" },
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
    await reopen(a);
    expect(await rig.ready()).toEqual([a]);
  });

  it("claims and lets only the claimer move it", async () => {
    await rig.add("A");
    const { data } = await rig.call("claim.take", { as: "w1" });
    expect(data.changed[0]).toMatchObject({ status: "in-progress", claim: { by: "w1", fence: 1 } });
    await expect(move("1", "done")).rejects.toMatchObject({
      code: "CLAIM_REQUIRED",
      message: "TASK-001 is claimed by w1, for 15m more.",
      details: { lease_until: "2027-03-01T12:15:00.000Z" },
    });
    await expect(rig.call("claim.take", { as: "w2" })).rejects.toMatchObject({ code: "NOTHING_READY" });
    await expect(rig.call("claim.take", { id: "1", as: "w2" })).rejects.toMatchObject({ code: "ALREADY_CLAIMED" });
    await move("1", "done", { claim: data.claim.token });
    expect(await show("1")).toMatchObject({ status: "done", claim: null });
  });
});

describe("evidence", () => {
  it("that comes when the task is done already is kept, once", async () => {
    const id = await rig.add("A");
    await move(id, "done", { evidence: { tests: "green" } });
    const proof = { evidence: { commit: "4be1c02" } };
    expect((await move(id, "done", proof)).data.changed).toMatchObject([
      { evidence: { tests: "green", commit: "4be1c02" }, links: [{ type: "commit", target: "4be1c02" }] },
    ]);
    expect((await move(id, "done", proof)).data).toMatchObject({ changed: [], unchanged: [{ id }] });
    await rig.call("op.undo", { op: "last" });
    expect(await show(id)).toMatchObject({ status: "done", evidence: { tests: "green" }, links: [] });
  });

  it("is never more than a task of an export may have", async () => {
    const id = await rig.add("A");
    await move(id, "done", { evidence: { log: "x".repeat(600_000) } });
    await expect(move(id, "done", { evidence: { more: "x".repeat(600_000) } })).rejects.toMatchObject({
      code: "VALIDATION_FAILED",
      field: "evidence",
    });
  });
});

describe("moving", () => {
  it("refuses what is not allowed and says what is", async () => {
    await rig.add("A", { status: "paused" });
    await expect(move("1", "review")).rejects.toMatchObject({
      code: "INVALID_TRANSITION",
      details: { id: "TASK-001", from: "paused", allowed: ["in-progress", "todo", "cancelled"] },
    });
    await expect(move("9", "done")).rejects.toMatchObject({ code: "TASK_NOT_FOUND", given: "9" });
    await expect(move("1", "finished" as never)).rejects.toMatchObject({ code: "INVALID_STATUS" });
  });

  it.each(["done", "cancelled"] as const)(
    "opens what is %s by reopen alone, whatever else sets a status",
    async (to) => {
      const id = await rig.add("A", { status: to, key: "k" });
      const refused = {
        code: "INVALID_TRANSITION",
        hint: `To open it again:  taskwerk reopen ${id}`,
        details: { id, from: to, to: "todo" },
      };
      const refusal = expect.objectContaining({ hint: refused.hint });
      const problem = { code: "INVALID_TRANSITION", details: { problems: [refusal] } };
      await expect(rig.call("task.update", { ids: [id], status: "todo" })).rejects.toMatchObject(refused);
      await expect(rig.call("task.update", { where: `status:${to}`, status: "todo" })).rejects.toMatchObject(refused);
      await expect(move(id, "todo")).rejects.toMatchObject(refused);
      const batch = rig.call("batch", { operations: [{ op: "update", ids: [id], status: "todo" }] });
      await expect(batch).rejects.toMatchObject(problem);
      const rows = [{ key: "k", title: "A", status: "todo" }];
      const imported = rig.call("task.import", { tasks: rows, on_conflict: "update" });
      await expect(imported).rejects.toMatchObject(problem);
      expect(await show(id)).toMatchObject({ status: to, rev: 1 });
      expect((await reopen(id)).data.changed).toMatchObject([{ status: "todo" }]);
      await rig.call("op.undo", { op: "last" });
      expect(await show(id)).toMatchObject({ status: to });
    },
  );

  it("says of a cancelled task who waits for it, who waits for those, and what to type", async () => {
    await rig.add("blocker");
    for (let n = 0; n < 8; n += 1) await rig.add("waits", { depends_on: ["1"] });
    await rig.add("behind", { depends_on: ["2"] });
    await rig.add("behind that", { depends_on: ["10"] });
    await rig.add("done", { depends_on: ["1"], status: "done" });
    expect((await move("1", "cancelled")).warnings).toEqual([
      "TASK-002, TASK-003, TASK-004, TASK-005, TASK-006 and 3 more still wait for TASK-001, and behind them TASK-010, TASK-011. To let what depends on it go on:  taskwerk cancel TASK-001 --satisfy",
    ]);
    await move("1", "cancelled", { satisfy: true });
    expect((await move("10", "cancelled")).warnings[0]).toMatch(/^TASK-011 still waits for TASK-010\. To let/);
  });

  it("does all of the ids or none", async () => {
    await rig.add("A");
    await rig.add("B", { status: "cancelled" });
    await expect(rig.call("task.transition", { ids: ["1", "2"], to: "done" })).rejects.toMatchObject({
      code: "INVALID_TRANSITION",
    });
    expect(await show("1")).toMatchObject({ status: "todo", rev: 1 });
  });

  it("closes a group with its last child and opens it with the first that is reopened", async () => {
    await rig.add("Epic");
    await rig.add("Story", { parent: "1" });
    await rig.add("A", { parent: "1.1" });
    await rig.add("B", { parent: "1.1" });
    await rig.add("After", { depends_on: ["1"] });
    await move("1.1.1", "done");
    expect(await show("1.1")).toMatchObject({ status: "todo", progress: 50 });
    const last = await move("1.1.2", "cancelled");
    expect(last.data.unblocked.map((task) => task.id)).toEqual(["TASK-002"]);
    expect(await show("1")).toMatchObject({ status: "done" });
    await reopen("1.1.1");
    expect(await show("1")).toMatchObject({ status: "todo", completed_at: null });
    expect(await show("2")).toMatchObject({ ready: false });
  });

  it("closes a group when all that is put under it is closed already", async () => {
    await rig.add("Epic");
    await rig.add("After", { depends_on: ["1"] });
    const { data } = await rig.call("task.add", { title: "A", parent: "1", status: "done" });
    expect(data.unblocked.map((task) => task.id)).toEqual(["TASK-002"]);
    expect(await show("1")).toMatchObject({ status: "done", progress: 100 });
    await rig.add("Story", { acceptance: ["all of it works"] });
    await rig.add("B", { parent: "3", status: "done" });
    expect(await show("3")).toMatchObject({ status: "todo", ready: true });
  });

  it("keeps a parent with criteria for the end, and then has it done by somebody", async () => {
    await rig.add("Story", { acceptance: ["all of it works"] });
    await rig.add("A", { parent: "1" });
    expect(await rig.ready()).toEqual(["TASK-001.1"]);
    expect((await move("1.1", "done")).data.unblocked.map((task) => task.id)).toEqual(["TASK-001"]);
    expect(await show("1")).toMatchObject({ status: "todo", ready: true });
  });

  it("refuses to close a parent over open children, unless all of them go with it", async () => {
    await rig.add("P");
    await rig.add("A", { parent: "1" });
    await rig.add("B", { parent: "1.1", status: "blocked" });
    await expect(move("1", "done")).rejects.toMatchObject({
      code: "DEPENDENCY_OPEN",
      details: { open: ["TASK-001.1.1", "TASK-001.1"] },
    });
    expect((await move("1", "done", { cascade: true })).data.changed[0]).toMatchObject({
      id: "TASK-001",
      status: "done",
    });
    expect(await show("1.1.1")).toMatchObject({ status: "done" });
  });

  it("keeps dependants of what was cancelled waiting, and says so; with satisfy they go on", async () => {
    await rig.add("A");
    await rig.add("B", { depends_on: ["1"] });
    const cancelled = await move("1", "cancelled");
    expect(cancelled.warnings.join()).toContain("TASK-002");
    expect(await rig.ready()).toEqual([]);
    const satisfied = await move("1", "cancelled", { satisfy: true });
    expect(satisfied.data.unblocked.map((task) => task.id)).toEqual(["TASK-002"]);
  });

  it("holds the parts of what waits, and of what is blocked or paused", async () => {
    await rig.add("first");
    await rig.add("Epic", { depends_on: ["1"] });
    await rig.add("part", { parent: "2" });
    expect(await rig.ready()).toEqual(["TASK-001"]);
    await move("1", "done");
    expect(await rig.ready()).toEqual(["TASK-002.1"]);
    await move("2", "blocked", { reason: "no key yet" });
    expect(await rig.ready()).toEqual([]);
    expect(await show("2")).toMatchObject({ status_reason: "no key yet" });
    await move("2", "todo");
    expect(await rig.ready()).toEqual(["TASK-002.1"]);
  });
});

describe("choosing by id", () => {
  it("takes the forms that commands take: ranges, ends of uids, and @last", async () => {
    for (const title of ["A", "B", "C", "D"]) await rig.add(title);
    await rig.add("below A", { parent: "1" });
    await rig.add("below B", { parent: "2" });
    const ids = async (query: string, call = {}) =>
      (await rig.call("task.list", { query, sort: "id" }, call)).data.map(({ id }) => id.replace("TASK-00", ""));
    const { uid } = await show("3");
    expect(await ids("id:2..3")).toEqual(["2", "3"]);
    expect(await ids("id:task-2..3,4,1.1")).toEqual(["2", "3", "4", "1.1"]);
    expect(await ids(`id:${uid.slice(-8).toLowerCase()}`)).toEqual(["3"]);
    expect(await ids("parent:1..2")).toEqual(["1.1", "2.1"]);
    expect(await ids("under:1..3 not id:1.1")).toEqual(["2.1"]);
    expect(await ids("id:@last")).toEqual(["2.1"]);
    await rig.call("task.update", { ids: ["1"], priority: "high" }, { session: "S" });
    await rig.call("task.update", { ids: ["2"], priority: "high" });
    expect(await ids("under:@last")).toEqual(["2.1"]);
    expect(await ids("parent:@last", { session: "S" })).toEqual(["1.1"]);
    await expect(ids("id:@last", { actor: "nobody" })).rejects.toMatchObject({
      code: "TASK_NOT_FOUND",
      given: "@last",
    });
    await expect(ids("id:2..9")).rejects.toMatchObject({ code: "TASK_NOT_FOUND" });
    for (const odd of ["id:3..2", "id:1..999", "parent:web-1..task-2"]) {
      await expect(ids(odd)).rejects.toMatchObject({ code: "INVALID_QUERY", hint: expect.any(String) });
    }
  });
});

describe("choosing by field", () => {
  it("none is nobody and no parent where tasks are chosen by field, as in a query", async () => {
    await rig.add("A", { assignee: "ann" });
    await rig.add("B", { parent: "1" });
    const titles = async (choice: object) => (await rig.call("task.list", choice)).data.map(({ title }) => title);
    expect(await titles({ assignee: "none" })).toEqual(["B"]);
    expect(await titles({ parent: "none" })).toEqual(["A"]);
  });
});

describe("updating", () => {
  it("changes what was said and nothing else, and says when nothing differs", async () => {
    await rig.add("A", { tags: ["x", "y"], description: "d" });
    const change = () =>
      rig.call("task.update", {
        ids: ["1"],
        title: "B",
        priority: "critical",
        tags_add: ["z"],
        tags_remove: ["x"],
        description: null,
      });
    expect(((await change()).data as TaskWrite).changed[0]).toMatchObject({
      title: "B",
      priority: "critical",
      tags: ["y", "z"],
      description: null,
      rev: 2,
    });
    const again = await change();
    expect(again.data as TaskWrite).toMatchObject({ changed: [], unchanged: [{ rev: 2 }] });
    expect(again.meta.op).toBeUndefined();
  });

  it("refuses a rev that is over", async () => {
    await rig.add("A");
    await rig.call("task.update", { ids: ["1"], title: "B", if_rev: 1 });
    await expect(rig.call("task.update", { ids: ["1"], title: "C", if_rev: 1 })).rejects.toMatchObject({
      code: "REV_MISMATCH",
      details: { rev: 2 },
    });
  });

  it("moves, tags and ties many at once, by any spelling of a status", async () => {
    for (const title of ["A", "B", "C"]) await rig.add(title);
    const data = await updated({
      ids: ["2", "TASK-003"],
      status: "in_progress" as never,
      depends_on_add: ["1"],
    });
    expect(data.changed.map((task) => [task.status, task.depends_on])).toEqual([
      ["in-progress", ["TASK-001"]],
      ["in-progress", ["TASK-001"]],
    ]);
  });

  it("sets some names of the metadata and leaves the others", async () => {
    await rig.add("A", { metadata: { a: 1, b: { c: [2] } } });
    const set = (metadata_set: object, more = {}) =>
      updated({ ids: ["1"], metadata_set: metadata_set as never, ...more });
    expect((await set({ d: 3 })).changed[0]!.metadata).toEqual({ a: 1, b: { c: [2] }, d: 3 });
    expect((await set({ d: 3, e: null })).unchanged).toHaveLength(1);
    expect((await set({ a: null, b: 0 })).changed[0]!.metadata).toEqual({ b: 0, d: 3 });
    expect((await set({ x: 1 }, { metadata: { y: null } })).changed[0]!.metadata).toEqual({ y: null, x: 1 });
    await set({ big: "x".repeat(600_000) });
    await expect(set({ more: "x".repeat(600_000) })).rejects.toMatchObject({
      code: "VALIDATION_FAILED",
      field: "metadata",
    });
  });

  it("ties what it has just moved, and counts it as it is now", async () => {
    for (const title of ["A", "B", "C", "D", "E"]) await rig.add(title);
    const update = (id: string, more: object) => rig.call("task.update", { ids: [id], ...more });
    await rig.call("task.deps", { id: "2", add: ["1"] });
    await update("2", { status: "done", depends_on_remove: ["1"] });
    await move("3", "in-progress");
    await update("3", { status: "todo", depends_on_add: ["4"] });
    await move("3", "done");
    const { data } = await update("5", { status: "done", depends_on_add: ["4"], title: "e" });
    expect(data).toMatchObject({ changed: [{ status: "done", title: "e", depends_on: ["TASK-004"] }] });
    expect((await move("4", "cancelled")).warnings).toEqual([]);
  });

  it.each([
    [{ title: "" }, "title"],
    [{ title: "a\nb" }, "title"],
    [{ title: "x".repeat(501) }, "title"],
    [{ title: "\ud800" }, "title"],
    [{ due_at: "2027-02-30" }, "due_at"],
    [{ priority: "urgent" }, "priority"],
    [{ estimate_minutes: -1 }, "estimate_minutes"],
    [{ tags_add: ["a b"] }, "tags"],
    [{ metadata: [] }, "metadata"],
    [{ colour: "red" }, "colour"],
  ])("refuses %j and names the field", async (fields, field) => {
    await rig.add("A");
    await expect(rig.call("task.update", { ids: ["1"], ...fields } as never)).rejects.toMatchObject({ field });
    expect(await show("1")).toMatchObject({ rev: 1, title: "A" });
  });
});

describe("dependencies", () => {
  const tie = (id: string, add: string[], remove: string[] = []) => rig.call("task.deps", { id, add, remove });

  it("come and go, once each", async () => {
    for (const title of ["A", "B"]) await rig.add(title);
    expect((await tie("2", ["1"])).data.changed[0]).toMatchObject({ depends_on: ["TASK-001"], ready: false, rev: 2 });
    expect((await tie("2", ["1"])).data.unchanged).toHaveLength(1);
    expect((await tie("2", [], ["1"])).data.changed[0]).toMatchObject({ depends_on: [], ready: true });
  });

  it("never close a ring, whichever way it leads, and show it", async () => {
    await rig.add("A");
    await rig.add("B", { depends_on: ["1"] });
    await rig.add("C", { depends_on: ["2"] });
    const path = (promise: Promise<unknown>) =>
      promise.then(
        () => "done",
        (error) => (error.code === "DEPENDENCY_CYCLE" ? error.details.path.join(" ") : error.code),
      );
    expect(await path(tie("1", ["3"]))).toBe("TASK-001 TASK-003 TASK-002 TASK-001");
    expect(await path(tie("1", ["1"]))).toBe("TASK-001 TASK-001");
    await rig.add("part of A", { parent: "1" });
    expect(await path(tie("1.1", ["2"]))).toBe("TASK-001.1 TASK-002 TASK-001 TASK-001.1");
    expect(await path(rig.add("between", { depends_on: ["3"], blocks: ["1"] }))).toBe(
      "TASK-001 TASK-004 TASK-003 TASK-002 TASK-001",
    );
    expect((await rig.call("task.list", {})).page!.total).toBe(4);
  });

  it("never tie a task to a part of it", async () => {
    await rig.add("A");
    await rig.add("B", { parent: "1" });
    await rig.add("C", { parent: "1.1" });
    for (const [id, other] of [
      ["1.1.1", "1"],
      ["1", "1.1.1"],
    ] as const) {
      await expect(tie(id, [other])).rejects.toMatchObject({
        code: "HIERARCHY_CONFLICT",
        details: { ancestor: "TASK-001", descendant: "TASK-001.1.1" },
      });
    }
  });
});

describe("listing", () => {
  const ids = async (input = {}, call = {}) => (await rig.call("task.list", input, call)).data.map((task) => task.id);

  it("shows what is open, what runs first and what waits last", async () => {
    await rig.add("waits", { depends_on: [] });
    await rig.add("blocked", { status: "blocked", priority: "critical" });
    await rig.add("paused", { status: "paused" });
    await rig.add("ready low", { priority: "low" });
    await rig.add("ready high", { priority: "high" });
    await rig.add("review", { status: "review" });
    await rig.add("running", { status: "in-progress" });
    await rig.add("done", { status: "done" });
    await rig.call("task.deps", { id: "1", add: ["4"] });
    expect(await ids()).toEqual(["TASK-007", "TASK-006", "TASK-005", "TASK-004", "TASK-001", "TASK-002", "TASK-003"]);
    expect(await ids({ all: true })).toContain("TASK-008");
    expect(await ids({ status: ["done", "paused"] })).toEqual(["TASK-003", "TASK-008"]);
    expect(await ids({ ready: true })).toEqual(["TASK-005", "TASK-004"]);
  });

  it("gives pages that together are the whole, each saying how much there is", async () => {
    await rig.call("task.import", {
      tasks: Array.from({ length: 123 }, (_, n) => ({ title: `${n}`, priority: ["high", "low"][n % 2] })),
    });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { data, page }: Awaited<ReturnType<typeof rig.call<"task.list">>> = await rig.call(
        "task.list",
        cursor ? { cursor } : {},
      );
      expect(page).toMatchObject({ total: 123, returned: data.length, truncated: page!.cursor !== null });
      seen.push(...data.map((task) => task.id));
      cursor = page!.cursor;
    } while (cursor);
    expect(seen).toEqual(await ids({ limit: 0 }));
    expect(new Set(seen).size).toBe(123);
    await expect(ids({ cursor: "nonsense" })).rejects.toMatchObject({ code: "INVALID_QUERY" });
    await expect(ids({ limit: -1 })).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
  });

  it("filters by each field", async () => {
    await rig.add("A", { assignee: "ann", tags: ["x", "y"], key: "plan-1/a" });
    await rig.add("B", { assignee: "bob", tags: ["x"], key: "plan-1/b", priority: "high" });
    await rig.add("C", { parent: "1", key: "plan-2/a" });
    expect(await ids({ assignee: "ann" })).toEqual(["TASK-001"]);
    expect(await ids({ tag: ["x", "y"] })).toEqual(["TASK-001"]);
    expect(await ids({ tag: ["x", "x"] })).toHaveLength(2);
    const many = Array.from({ length: 1_000 }, (_, n) => `t${n}`);
    expect(await ids({ tag: many })).toEqual([]);
    await rig.add("D", { tags: many, parent: "2" });
    expect(await ids({ tag: many })).toEqual(["TASK-002.1"]);
    expect((await rig.call("claim.take", { as: "w", tag: many })).data.changed.map(({ id }) => id)).toEqual([
      "TASK-002.1",
    ]);
    await expect(rig.call("claim.take", { as: "w", tag: [...many, "x"] })).rejects.toMatchObject({
      code: "NOTHING_READY",
    });
    await rig.call("task.update", { ids: ["2.1"], tags_remove: ["t7"] });
    expect(await ids({ tag: many })).toEqual([]);
    expect(await ids({ tag: ["x"] })).toHaveLength(2);
    expect(await ids({ parent: "TASK-1" })).toEqual(["TASK-001.1"]);
    expect(await ids({ priority: ["high", "low"] })).toEqual(["TASK-002"]);
    expect(await ids({ key_prefix: "plan-1/" })).toEqual(["TASK-002", "TASK-001"]);
    await expect(ids({ parent: "77" })).rejects.toMatchObject({ code: "TASK_NOT_FOUND", field: "parent" });
  });

  it("is ready within a session, too", async () => {
    await rig.add("A");
    await rig.call("task.add", { title: "B" }, { session: "S" });
    expect((await rig.call("task.ready", { session: "S" })).data.map((task) => task.title)).toEqual(["B"]);
    await expect(rig.call("task.ready", { session: "T" })).rejects.toMatchObject({ code: "SESSION_NOT_FOUND" });
  });

  it("lists what a session changed, in whatever status; an unknown one is an error", async () => {
    await rig.add("A");
    await rig.add("B");
    await rig.add("C");
    await rig.call("task.note", { id: "1", text: "n" }, { session: "S" });
    await rig.call("task.transition", { ids: ["2"], to: "done" }, { session: "S" });
    expect((await ids({ session: "S" })).sort()).toEqual(["TASK-001", "TASK-002"]);
    await expect(ids({ session: "T" })).rejects.toMatchObject({ code: "SESSION_NOT_FOUND", candidates: ["S"] });
  });
});
