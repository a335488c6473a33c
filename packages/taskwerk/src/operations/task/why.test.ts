import type { Hindrance, WhyNode } from "@taskwerk/contract/graph";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRig, type Rig } from "../test-rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

const why = async (id: string) => (await rig.call("task.why", { id })).data;
const kinds = (node: WhyNode): readonly string[] => node.because.map(({ kind }) => kind);
const taskIn = (one: Hindrance | undefined): WhyNode => (one && "task" in one ? one.task : expect.fail("no task"));

describe("an id below a task that has no such part", () => {
  it("is answered with the parts it has, the nearest numbers first", async () => {
    const parent = await rig.add("parent");
    for (let n = 1; n <= 12; n += 1) await rig.add(`part ${n}`, { parent });
    await rig.call("task.delete", { ids: ["1.11"] });
    await rig.add("1.9 of another", { parent: await rig.add("other") });
    const failed = (id: string) => rig.call("task.show", { id });
    await expect(failed("TASK-001.14")).rejects.toMatchObject({
      message: "TASK-001 has no part TASK-001.14.",
      candidates: ["TASK-001.12", "TASK-001.10", "TASK-001.9"],
    });
    await expect(failed("TASK-001.11")).resolves.toMatchObject({ data: { id: "TASK-001.11" } });
    await expect(failed("TASK-001.3.1")).rejects.toMatchObject({
      candidates: [],
      hint: "It has none:  taskwerk show TASK-001.3",
    });
    await expect(failed("TASK-009.1")).rejects.toMatchObject({ message: "there is no task TASK-009.1." });
  });
});

describe("task.why", () => {
  it("goes down the chain to what can be done, telling each task once", async () => {
    const a = await rig.add("a");
    const b = await rig.add("b", { depends_on: [a] });
    const c = await rig.add("c", { depends_on: [a, b] });
    const proof = await why(c);
    expect(proof).toMatchObject({ id: c, ready: false, ends: [a] });
    const [first, second] = proof.because.map(taskIn);
    expect([first!.id, first!.ready, first!.because]).toEqual([a, true, []]);
    expect(second!.id).toBe(b);
    expect(taskIn(second!.because[0])).toMatchObject({ id: a, above: true });
    expect(await why(a)).toMatchObject({ ready: true, because: [], ends: [] });
  });

  it("names everything that holds: status, claim, defer, parts, ancestors, groups", async () => {
    const blocked = await rig.add("blocked");
    await rig.call("task.transition", { ids: [blocked], to: "blocked", reason: "no key" });
    expect((await why(blocked)).because).toEqual([{ kind: "status", status: "blocked", reason: "no key" }]);
    const part = await rig.add("part", { parent: blocked });
    const ofPart = await why(part);
    expect(kinds(ofPart)).toEqual(["ancestor"]);
    expect(taskIn(ofPart.because[0])).toMatchObject({ id: blocked, status: "blocked" });
    const group = await rig.add("group");
    const child = await rig.add("child", { parent: group, defer_until: "+1d" });
    const ofGroup = await why(group);
    expect(kinds(ofGroup)).toEqual(["child", "group"]);
    expect(kinds(taskIn(ofGroup.because[0]))).toEqual(["deferred"]);
    expect(ofGroup.ends).toEqual([child]);
    const free = await rig.add("free");
    await rig.call("claim.take", { id: free, as: "w" });
    expect((await why(free)).because).toMatchObject([{ kind: "claimed", by: "w" }]);
    rig.pass(20 * 60_000);
    expect(await why(free)).toMatchObject({ ready: true, because: [] });
  });

  it("tells the first twenty of a kind, counts the others, and says what lists them", async () => {
    const parent = await rig.add("parent", { acceptance: ["whole"] });
    const rows = Array.from({ length: 30 }, (_, n) => ({ title: `part ${n}`, parent }));
    await rig.call("task.import", { tasks: [...rows, ...rows.slice(0, 25).map((_, n) => ({ title: `before ${n}` }))] });
    const before = (await rig.call("task.list", { query: "title:before", limit: 0 })).data.map(({ id }) => id);
    await rig.call("task.deps", { id: parent, add: before });
    const { because } = await why(parent);
    expect(because).toHaveLength(42);
    expect(because.filter(({ kind }) => kind === "more")).toEqual([
      { kind: "more", of: "waits_for", left: 5, total: 25, list: `taskwerk list before:${parent}` },
      { kind: "more", of: "child", left: 10, total: 30, list: `taskwerk list parent:${parent}` },
    ]);
    for (const [query, total] of [
      [`before:${parent}`, 25],
      [`parent:${parent}`, 30],
    ] as const) {
      expect((await rig.call("task.list", { query })).page).toMatchObject({ total });
    }
    await expect(rig.call("claim.take", { id: parent, as: "w" })).rejects.toMatchObject({ message: /and 5 more\.$/ });
  });

  it("agrees with ready for every task of a mixed store, and keeps to 200 tasks of a long chain", async () => {
    let last = await rig.add("0");
    for (let n = 1; n < 260; n += 1) last = await rig.add(String(n), { depends_on: [last] });
    const text = JSON.stringify(await why(last));
    expect(text.match(/"cut":true/g)).toHaveLength(1);
    const ready = new Set(await rig.ready());
    for (const { id } of (await rig.call("task.list", { limit: 60, all: true })).data) {
      expect((await why(id)).ready, id).toBe(ready.has(id));
    }
  });
});

describe("graph.check", () => {
  it("finds nothing in a sound store, and what waits for the cancelled and the deleted", async () => {
    const [a, b, c] = [await rig.add("a"), await rig.add("b"), await rig.add("c")];
    await rig.call("task.deps", { id: c, add: [a, b] });
    expect((await rig.call("graph.check", {})).data).toMatchObject({ ok: true, tasks: 3, dependencies: 2 });
    await rig.call("task.transition", { ids: [a], to: "cancelled" });
    await rig.call("task.delete", { ids: [b] });
    expect((await rig.call("graph.check", {})).data).toMatchObject({
      ok: false,
      cycles: [],
      never: [
        { id: c, on: a, why: "cancelled" },
        { id: c, on: b, why: "deleted" },
      ],
    });
  });

  it("finds rings and kin that somebody wrote past the program", async () => {
    const a = await rig.add("a");
    const b = await rig.add("b", { parent: a });
    const c = await rig.add("c");
    const d = await rig.add("d", { depends_on: [c] });
    await rig.store.write(async (tx) => {
      await tx.run("insert into deps (task, blocker) values (2, 1), (3, 4)");
    });
    const { data } = await rig.call("graph.check", {});
    expect(data.kin).toEqual([{ id: b, on: a }]);
    expect(data.cycles.map((path) => new Set(path))).toContainEqual(new Set([c, d]));
  });

  it("a dry run of a dependency says whether it could be, and changes nothing", async () => {
    const [a, b] = [await rig.add("a"), await rig.add("b")];
    const ask = (id: string, on: string) => rig.call("task.deps", { id, add: [on], dry_run: true });
    expect((await ask(b, a)).data.changed[0]!.depends_on).toEqual([a]);
    expect((await rig.call("task.show", { id: b })).data.depends_on).toEqual([]);
    await rig.call("task.deps", { id: b, add: [a] });
    await expect(ask(a, b)).rejects.toMatchObject({ code: "DEPENDENCY_CYCLE", details: { path: [a, b, a] } });
  });
});
