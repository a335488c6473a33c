import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRig, type Rig } from "../test-rig.ts";
import { sound } from "../test-sound.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

const batch = (operations: readonly unknown[], more: object = {}, call = {}) =>
  rig.call("batch", { operations: [...operations], ...more }, call);
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail("it was accepted"),
    (error) => error,
  );
const tasks = async () => (await rig.call("task.list", { all: true, limit: 0 })).data;

describe("batch", () => {
  it("does operations in order, each naming the tasks of earlier lines", async () => {
    const { data } = await batch([
      { op: "add", ref: "p", title: "Parent", acceptance: ["all"] },
      { op: "add", ref: "a", title: "A", parent: "@p", tags: ["x"] },
      { op: "add", ref: "b", title: "B", parent: "@p", depends_on: ["@a"] },
      { op: "update", ids: ["@a", "@b"], priority: "high", tags_add: ["y"] },
      { op: "note", id: "@a", text: "looked at", type: "progress" },
      { op: "claim", ref: "c", id: "@a", as: "me" },
      { op: "done", id: "@a", claim: "@c", evidence: { commit: "c1" } },
      { op: "dep", id: "@p", add: [] },
      { op: "task.transition", ids: ["@b"], to: "in-progress" },
    ]);
    expect(data.map(({ where, op, ref, ids }) => [where, op, ref, ...ids])).toEqual([
      ["operations[0]", "task.add", "p", "TASK-001"],
      ["operations[1]", "task.add", "a", "TASK-001.1"],
      ["operations[2]", "task.add", "b", "TASK-001.2"],
      ["operations[3]", "task.update", null, "TASK-001.1", "TASK-001.2"],
      ["operations[4]", "task.note", null, "TASK-001.1"],
      ["operations[5]", "claim.take", "c", "TASK-001.1"],
      ["operations[6]", "task.transition", null, "TASK-001.1"],
      ["operations[7]", "task.deps", null, "TASK-001"],
      ["operations[8]", "task.transition", null, "TASK-001.2"],
    ]);
    expect(data[6]!.data).toMatchObject({ unblocked: [{ id: "TASK-001.2" }] });
    expect(await tasks()).toMatchObject([
      { id: "TASK-001.2", status: "in-progress", priority: "high" },
      { id: "TASK-001" },
      { id: "TASK-001.1", status: "done", tags: ["x", "y"], links: [{ type: "commit", target: "c1" }] },
    ]);
    expect(await sound(rig)).toEqual([]);
  });

  it("moves, splits, links and checks too, and takes a text with an @ for what it is", async () => {
    const { data } = await batch([
      { op: "add", ref: "p", title: "Parent" },
      { op: "add", ref: "a", title: "A" },
      { op: "move", id: "@a", parent: "@p" },
      { op: "split", ref: "s", id: "@a", titles: ["one", "two"] },
      { op: "ac", id: "@p", add: ["@alice has seen it"] },
      { op: "ac", id: "@p", check: [1] },
      { op: "link", id: "@s", add: [{ type: "branch", target: "fix" }] },
    ]);
    expect(data.map(({ ids }) => ids)).toEqual([
      ["TASK-001"],
      ["TASK-002"],
      ["TASK-002"],
      ["TASK-002.1", "TASK-002.2"],
      ["TASK-001"],
      ["TASK-001"],
      ["TASK-002.1"],
    ]);
    const found = new Map((await tasks()).map((task) => [task.id, task]));
    expect(found.get("TASK-002")).toMatchObject({ parent: "TASK-001", children: ["TASK-002.1", "TASK-002.2"] });
    expect(found.get("TASK-001")!.acceptance).toMatchObject([{ text: "@alice has seen it", checked: true }]);
    expect(found.get("TASK-002.1")!.links).toEqual([{ type: "branch", target: "fix" }]);
    expect(await sound(rig)).toEqual([]);
  });

  it("is one entry in the log, and one undo takes it back", async () => {
    await rig.add("before");
    const { meta } = await batch([
      { op: "add", ref: "a", title: "A" },
      { op: "start", id: "1" },
      { op: "start", id: "@a" },
    ]);
    const { data: ops } = await rig.call("op.list", {});
    expect(ops.map(({ op, command }) => [op === meta.op, command])).toEqual([
      [true, "batch"],
      [false, "task.add"],
    ]);
    await rig.call("op.undo", { op: meta.op! });
    expect(await tasks()).toMatchObject([{ id: "TASK-001", status: "todo" }]);
    expect(await sound(rig)).toEqual([]);
  });

  it("does nothing when a line is wrong, and reports every one", async () => {
    await rig.add("there");
    const error = await failure(
      batch([
        { op: "add", ref: "a", title: "A" },
        { op: "ad", title: "B" },
        { op: "add", ref: "c", titel: "C" },
        { op: "done", id: "@c" },
        { op: "done", id: "@nobody" },
        { op: "add", ref: "a", title: "again" },
        { op: "review", id: "TASK-001" },
        { op: "update", id: "@a", priority: "urgent" },
        "text",
        { op: "purge", ids: ["1"] },
        { op: "done", id: "@a", claim: "@a" },
      ]),
    );
    expect(error).toMatchObject({
      code: "VALIDATION_FAILED",
      message: "10 of 11 operations cannot be done. Nothing was done.",
    });
    const told = error.details.problems.map(({ where, field, message }: Record<string, string>) => [
      Number(/\d+/.exec(where!)![0]),
      field,
      message,
    ]);
    expect(told).toEqual([
      [1, "", 'there is no "ad" in a batch; did you mean "add"?'],
      [2, "titel", expect.stringContaining('"title"')],
      [3, "", '"@c" is a line that is wrong'],
      [4, "", '"@nobody" is no line before this one'],
      [5, "", 'ref "a" is that of an earlier line'],
      [6, "status", expect.stringContaining("cannot become review")],
      [7, "priority", expect.stringContaining("critical, high")],
      [8, "", "is no object"],
      [9, "", expect.stringContaining('no "purge"')],
      [10, "", '"@a" claimed nothing'],
    ]);
    expect(await tasks()).toHaveLength(1);
    expect(await sound(rig)).toEqual([]);
  });

  it("keeps the code of the lines where they all have the same", async () => {
    await rig.add("A");
    expect(await failure(batch([{ op: "review", id: "1" }]))).toMatchObject({ code: "INVALID_TRANSITION" });
    expect(
      await failure(
        batch([
          { op: "add", ref: "a", title: "A", depends_on: ["TASK-001"] },
          { op: "dep", id: "1", add: ["@a"] },
        ]),
      ),
    ).toMatchObject({ code: "DEPENDENCY_CYCLE" });
    expect(await tasks()).toHaveLength(1);
  });

  it("opens a closed group and imports into it, all or none, as one operation", async () => {
    await batch([
      { op: "add", ref: "p", title: "P", key: "p" },
      { op: "add", ref: "k", title: "K", key: "k", parent: "@p" },
      { op: "done", id: "@k" },
    ]);
    const status = async (): Promise<string> => (await tasks()).find(({ id }) => id === "TASK-001")!.status;
    expect(await status()).toBe("done");
    const lines = (more: object) => [
      { op: "reopen", id: "TASK-001", reason: "more to do" },
      { op: "import", on_conflict: "update", tasks: [{ title: "L", key: "l", parent: "p", ...more }] },
    ];
    const before = (await rig.call("op.list", {})).data.length;
    expect(await failure(batch(lines({ depends_on: ["nothing"] })))).toMatchObject({
      code: "IMPORT_INVALID",
      message: expect.stringContaining("1 of 2 operations"),
      details: { problems: [{ where: "operations[1], tasks[0]", message: expect.stringContaining("nothing") }] },
    });
    expect([await status(), (await rig.call("op.list", {})).data.length]).toEqual(["done", before]);
    const { data, meta } = await batch(lines({}));
    expect(data[1]!.data).toMatchObject({ created: 1 });
    expect([await status(), (await rig.call("op.list", {})).data.length]).toEqual(["todo", before + 1]);
    expect(await sound(rig)).toEqual([]);
    await rig.call("op.undo", { op: meta!.op as string });
    expect([await status(), (await tasks()).length]).toEqual(["done", 2]);
  });

  it("takes back what a line had done before it failed", async () => {
    await batch([
      { op: "add", title: "P" },
      { op: "add", title: "K", parent: "TASK-001" },
    ]);
    const error = await failure(
      batch([
        { op: "done", ids: ["TASK-001.1", "TASK-009"] },
        { op: "add", title: "L", parent: "TASK-001" },
      ]),
    );
    // The second line would fail too, had the first one closed its parent.
    expect(error).toMatchObject({ code: "TASK_NOT_FOUND", details: { total: 1 } });
  });

  it("is done once under a key, and only tried with dry_run", async () => {
    const lines = [{ op: "add", title: "A" }];
    expect((await batch(lines, { dry_run: true })).warnings).toEqual(["a dry run: nothing was changed."]);
    expect(await tasks()).toEqual([]);
    const first = await batch(lines, { places: ["line 1"] }, { idempotencyKey: "k" });
    const second = await batch(lines, {}, { idempotencyKey: "k" });
    expect(second.data).toEqual(first.data);
    expect(await tasks()).toHaveLength(1);
    expect(await failure(batch([...lines, ...lines], {}, { idempotencyKey: "k" }))).toMatchObject({
      code: "IDEMPOTENCY_MISMATCH",
    });
  });

  it("tells of each event once, in the session of the batch", async () => {
    await batch(
      [
        { op: "add", ref: "a", title: "A" },
        { op: "add", title: "B", depends_on: ["@a"] },
        { op: "done", id: "@a" },
        { op: "note", id: "@a", text: "x" },
        { op: "add", title: "C" },
      ],
      {},
      { session: "S" },
    );
    const { data } = await rig.call("event.list", {});
    expect(data.map(({ type }) => type)).toEqual([
      "session.started",
      "task.created",
      "task.created",
      "task.dep_added",
      "task.completed",
      "task.note_added",
      "task.created",
      "task.ready",
      "task.ready",
    ]);
    expect((await rig.call("task.list", { session: "S", limit: 0 })).data).toHaveLength(3);
  });
});
