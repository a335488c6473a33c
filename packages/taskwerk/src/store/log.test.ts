import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRig, type Rig } from "../operations/test-rig.ts";
import { chainOf } from "./chain.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

const rows = <T>(sql: string) => rig.store.read((reader) => reader.all<T>(sql));

describe("the log", () => {
  it("tells what happened in order, by whom, in which session and operation", async () => {
    const call = { session: "S", actor: "ann" };
    const { meta } = await rig.call("task.add", { title: "A" }, call);
    await rig.call("task.transition", { ids: ["1"], to: "done", evidence: { receipts: "r" } }, call);
    const { data, page } = await rig.call("event.list", {});
    expect(data.map(({ cursor, type, subject }) => [cursor, type, subject])).toEqual([
      [1, "session.started", "S"],
      [2, "task.created", "TASK-001"],
      [3, "task.ready", "TASK-001"],
      [4, "task.completed", "TASK-001"],
    ]);
    expect(data[1]).toMatchObject({
      op: meta.op,
      id: `${meta.op}.2`,
      actor: "ann",
      session: "S",
      time: "2027-03-01T12:00:00.000Z",
    });
    expect(data[3]!.data).toMatchObject({
      before: { status: "todo" },
      after: { status: "done" },
      evidence: { receipts: "r" },
    });
    expect(page).toEqual({ returned: 4, total: 4, truncated: false, cursor: "4" });
    expect((await rig.call("event.list", { since: 1, limit: 1 })).page).toEqual({
      returned: 1,
      total: 3,
      truncated: true,
      cursor: "2",
    });
    for (const limit of [0, 10_001]) {
      await expect(rig.call("event.list", { limit })).rejects.toMatchObject({
        code: "VALIDATION_FAILED",
        field: "limit",
      });
    }
  });

  it("keeps before and after of each change and can only grow", async () => {
    await rig.add("A");
    await rig.call("task.update", { ids: ["1"], title: "B" });
    const [first, second] = await rows<{ before: string | null; after: string }>(
      "select before, after from changes order by seq",
    );
    expect(first!.before).toBeNull();
    expect(JSON.parse(first!.after)).toMatchObject({ title: "A", id: "TASK-001", created_by: "tester" });
    expect([second!.before, second!.after].map((text) => JSON.parse(text!))).toEqual([{ title: "A" }, { title: "B" }]);
    await expect(rig.store.write((tx) => tx.run("update changes set after = '{}'"))).rejects.toThrow("only ever added");
    await expect(rig.store.write((tx) => tx.run("delete from changes"))).rejects.toThrow("only ever added");
  });

  it("gives each operation the hash of all before it", async () => {
    await rig.add("A");
    await rig.call("task.update", { ids: ["1"], title: "B" });
    const ops = await rows<{
      seq: number;
      op: string;
      name: string;
      actor: string;
      session: string | null;
      at: string;
      hash: string;
    }>("select * from ops order by seq");
    const changes = await rows<{
      op: number;
      entity: string;
      subject: string;
      before: string | null;
      after: string | null;
    }>("select * from changes order by seq");
    const events = await rows<{ op: number; type: string; subject: string; data: string }>(
      "select * from events order by cursor",
    );
    let before = "";
    for (const { seq, op, name, actor, session, at, hash } of ops) {
      const chain = chainOf(before, [seq, op, name, actor, session, at]);
      for (const one of changes) if (one.op === seq) chain.add(one.entity, one.subject, one.before, one.after);
      for (const one of events) if (one.op === seq) chain.event(one.type, one.subject, one.data);
      before = chain.end();
      expect(hash).toBe(before);
    }
    expect(ops).toHaveLength(2);
  });

  it("writes a delivery for each event that a webhook wants, in the same transaction", async () => {
    await rig.store.write((tx) =>
      tx.run(
        `insert into webhooks (id, url, secret, types, active, created_at) values
         ('all', 'http://a', 's', null, 1, 't'), ('done', 'http://b', 's', '["task.completed"]', 1, 't'), ('off', 'http://c', 's', null, 0, 't')`,
      ),
    );
    await rig.add("A");
    await rig.call("task.transition", { ids: ["1"], to: "done" });
    await expect(rig.call("task.transition", { ids: ["1"], to: "review" })).rejects.toThrow();
    expect(await rows("select webhook, event, state from deliveries order by id")).toEqual([
      { webhook: "all", event: 1, state: "pending" },
      { webhook: "all", event: 2, state: "pending" },
      { webhook: "all", event: 3, state: "pending" },
      { webhook: "done", event: 3, state: "pending" },
    ]);
  });

  it("finds words of titles, descriptions and notes as they are now", async () => {
    await rig.add("Fix the login", { description: "cookies expire" });
    await rig.call("task.note", { id: "1", text: "the gateway is slow" });
    await rig.call("task.update", { ids: ["1"], title: "Repair the entrance" });
    const found = (word: string) =>
      rows<{ rowid: number }>(`select rowid from task_fts where task_fts match '${word}'`);
    expect(await found("gateways")).toHaveLength(1);
    expect(await found("cookie")).toHaveLength(1);
    expect(await found("entrance")).toHaveLength(1);
    expect(await found("login")).toHaveLength(0);
  });
});

describe("idempotency keys", () => {
  it("do a call once, whoever asks again", async () => {
    const add = (title: string) => rig.call("task.add", { title, tags: ["a"] }, { idempotencyKey: "k" });
    const [first, second] = [await add("A"), await add("A")];
    expect(second.data).toEqual(first.data);
    expect(second.meta.op).toBe(first.meta.op);
    expect((await rig.call("task.list", {})).page!.total).toBe(1);
    await expect(add("B")).rejects.toMatchObject({ code: "IDEMPOTENCY_MISMATCH" });
    await expect(rig.call("task.note", { id: "1", text: "x" }, { idempotencyKey: "k" })).rejects.toMatchObject({
      code: "IDEMPOTENCY_MISMATCH",
    });
  });

  it("do not keep what failed", async () => {
    const note = () => rig.call("task.note", { id: "1", text: "x" }, { idempotencyKey: "k" });
    await expect(note()).rejects.toMatchObject({ code: "TASK_NOT_FOUND" });
    await rig.add("A");
    expect((await note()).data.text).toBe("x");
  });

  it("do a call once when it comes twice at the same time", async () => {
    const add = () => rig.call("task.add", { title: "A" }, { idempotencyKey: "k" });
    const [a, b] = await Promise.all([add(), add()]);
    expect(a.data).toEqual(b.data);
  });
});

describe("keys of tasks", () => {
  it("name one task each", async () => {
    await rig.add("A", { key: "GH-1" });
    await expect(rig.add("B", { key: "GH-1" })).rejects.toMatchObject({
      code: "DUPLICATE_KEY",
      details: { id: "TASK-001" },
    });
    const again = await rig.call("task.add", { title: "B", key: "GH-1", if_absent: true });
    expect(again.data).toMatchObject({ changed: [], unchanged: [{ id: "TASK-001", title: "A" }] });
  });
});

describe("a failed write", () => {
  it("beside an acknowledged one takes nothing along", async () => {
    const outcomes = await Promise.allSettled([
      rig.call("task.add", { title: "A" }),
      rig.call("task.add", { title: "lost", depends_on: ["99"] }),
      rig.call("task.add", { title: "B" }),
      rig.call("task.add", { title: "lost", parent: "99" }),
      rig.call("task.add", { title: "C" }),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    expect((await rig.call("task.list", {})).data.map(({ id, title }) => [id, title])).toEqual([
      ["TASK-001", "A"],
      ["TASK-002", "B"],
      ["TASK-003", "C"],
    ]);
    expect((await rig.call("event.list", { type: ["task.created"] })).data).toHaveLength(3);
  });
});
