import type { ImportRow } from "@taskwerk/contract/import-tasks";
import { describe, expect, it } from "vitest";
import type { Plan, PlanTask } from "../model/plan.ts";
import { updateOf } from "./plan-update.ts";
import { samplePlan, sampleTask } from "./sample-plan.ts";
import type { StoredTask } from "./stored-task.ts";
import { rowsOf } from "./to-batch.ts";

const plan = samplePlan([
  sampleTask("g"),
  sampleTask("a", { parent: "g", acceptance: [{ text: "it runs", proof: null }] }),
  sampleTask("b", { parent: "g", depends_on: ["a"] }),
  sampleTask("c"),
]);
const idOf = (key: string): string => `T-${key.slice(plan.id.length + 1)}`;
const asStored = (row: ImportRow, rows: readonly ImportRow[]): StoredTask => ({
  id: idOf(row.key!),
  key: row.key!,
  title: row.title,
  description: row.description ?? null,
  type: row.type ?? null,
  status: row.status as StoredTask["status"],
  priority: row.priority as StoredTask["priority"],
  parent: row.parent ? idOf(row.parent) : null,
  children: rows.filter(({ parent }) => parent === row.key).map(({ key }) => idOf(key!)),
  depends_on: (row.depends_on ?? []).map(idOf),
  acceptance: (row.acceptance ?? []).map((item, n) => ({
    n: n + 1,
    evidence: null,
    ...(item as { text: string; checked: boolean }),
  })),
  files: row.files ?? [],
  capabilities: row.capabilities ?? [],
  estimate_minutes: null,
  claim: null,
  rev: 1,
  metadata: row.metadata ?? {},
});
const stored = (change: Readonly<Record<string, Partial<StoredTask>>> = {}): readonly StoredTask[] => {
  const rows = rowsOf(plan);
  return rows.map((row) => ({ ...asStored(row, rows), ...change[row.key!.slice(plan.id.length + 1)] }));
};
const changedPlan = (change: Readonly<Record<string, Partial<PlanTask>>>, ...more: readonly PlanTask[]): Plan => ({
  ...plan,
  tasks: [...plan.tasks.map((task) => ({ ...task, ...change[task.key] })), ...more],
});
const without = (...keys: readonly string[]): Plan => ({
  ...plan,
  tasks: plan.tasks
    .filter(({ key }) => !keys.includes(key))
    .map((task) => ({ ...task, depends_on: task.depends_on.filter((key) => !keys.includes(key)) })),
});
const told = (wanted: Plan, there: readonly StoredTask[], started: readonly string[] = []) => {
  const { added, changed, orphaned, left, rows } = updateOf(wanted, there, new Set(started));
  return {
    added: added.map(({ key }) => key),
    changed: changed.map(({ key, fields }) => `${key}: ${fields.join(" ")}`),
    orphaned: orphaned.map(({ key }) => key),
    left: left.map(({ key, fields, because }) => `${key}: ${fields.join(" ")}, ${because}`),
    rows: rows.length,
  };
};
const NOTHING = { added: [], changed: [], orphaned: [], left: [], rows: 0 };

describe("what a plan's tasks need", () => {
  it("is nothing when the plan is as it was imported", () => {
    expect(told(plan, stored())).toEqual(NOTHING);
  });

  it("is what was added, changed and taken away, field by field", () => {
    const next = changedPlan(
      { a: { title: "Another", description: "more" }, b: { depends_on: [] } },
      sampleTask("d", { parent: "g" }),
    );
    expect(told({ ...next, tasks: next.tasks.filter(({ key }) => key !== "c") }, stored())).toEqual({
      added: ["d"],
      changed: ["a: title description", "b: depends_on"],
      orphaned: ["c"],
      left: [],
      rows: 4,
    });
    const { rows } = updateOf(next, stored(), new Set());
    expect(Object.keys(rows.find(({ key }) => key?.endsWith("/b"))!).sort()).toEqual([
      "depends_on",
      "key",
      "metadata",
      "ref",
      "title",
    ]);
  });

  it("leaves alone what was begun or is over, and says so", () => {
    const there = stored({ a: { status: "done" }, b: { status: "in-progress" } });
    expect(told(changedPlan({ a: { title: "x" }, b: { title: "y" } }), there)).toEqual({
      ...NOTHING,
      left: ["a: title, over", "b: title, started"],
    });
    expect(told(without("a", "b"), there)).toMatchObject({ orphaned: [], left: ["b: gone, started"] });
    expect(told(changedPlan({ c: { title: "z" } }), stored(), ["T-c"])).toMatchObject({ left: ["c: title, started"] });
    expect(
      told(changedPlan({ c: { title: "z" } }), stored({ c: { claim: { by: "me", lease_until: "", fence: 1 } } })),
    ).toMatchObject({
      left: ["c: title, started"],
    });
  });

  it("does not take back what somebody changed in taskwerk", () => {
    const there = stored({ a: { title: "By Ann", priority: "low" } });
    expect(told(plan, there)).toEqual(NOTHING);
    expect(told(changedPlan({ a: { title: "By the plan", files: ["x"] } }), there)).toMatchObject({
      changed: ["a: files"],
      left: ["a: title, changed in taskwerk"],
    });
    // Both came to the same.
    expect(told(changedPlan({ a: { title: "By Ann" } }), there)).toMatchObject({ changed: [], left: [] });
  });

  it("closes parts before their group, and no group in which something goes on", () => {
    const { rows } = updateOf(without("g", "a", "b"), stored(), new Set());
    expect(rows.map(({ key, status }) => `${key} ${status}`)).toEqual([
      "prd-0a1b2c/b cancelled",
      "prd-0a1b2c/a cancelled",
      "prd-0a1b2c/g cancelled",
    ]);
    expect(told(without("g", "a", "b"), stored({ b: { status: "review" } }))).toMatchObject({
      orphaned: ["a"],
      left: ["b: gone, started", "g: gone, holds what stays"],
    });
  });

  it("closes parts before their group in whatever order taskwerk lists them", () => {
    const listed = [...stored()].sort((a, b) => "abgc".indexOf(a.id.slice(2)) - "abgc".indexOf(b.id.slice(2)));
    const { rows } = updateOf(without("g", "a", "b"), listed, new Set());
    expect(rows.map(({ key }) => key).at(-1)).toBe("prd-0a1b2c/g");
    expect(told(without("g", "a", "b"), listed, [idOf("prd-0a1b2c/b")])).toMatchObject({
      orphaned: ["a"],
      left: ["b: gone, started", "g: gone, holds what stays"],
    });
    // Somebody put a task of his own into it.
    const shared = stored().map((task) =>
      task.id === "T-g" ? { ...task, children: [...task.children, "T-99"] } : task,
    );
    expect(told(without("g", "a", "b"), shared)).toMatchObject({
      orphaned: ["a", "b"],
      left: ["g: gone, holds what stays"],
    });
  });

  it("carries new addresses over without calling it a change", () => {
    expect(told(changedPlan({ a: { source: "prd.md#L9" } }), stored())).toEqual({ ...NOTHING, rows: 1 });
  });

  it("closes parts before their groups in whatever order taskwerk lists them, and no group above what goes on", () => {
    const listed = stored().toReversed();
    const rows = updateOf(without("g", "a", "b"), listed, new Set()).rows.map(({ key }) => key);
    expect(rows.indexOf("prd-0a1b2c/g")).toBe(rows.length - 1);
    const running = stored({ a: { status: "in-progress" } }).toReversed();
    expect(told(without("g", "a", "b"), running)).toMatchObject({ orphaned: ["b"] });
  });

  it("opens a closed group for what is new in it, unless a person cancelled that", () => {
    const next = changedPlan({}, sampleTask("d", { parent: "g" }));
    const done = stored({ g: { status: "done" }, a: { status: "done" }, b: { status: "done" } });
    expect(updateOf(next, done, new Set())).toMatchObject({ added: [{ key: "d" }], reopened: [{ key: "g" }] });
    const cancelled = stored({ g: { status: "cancelled" }, a: { status: "cancelled" }, b: { status: "cancelled" } });
    expect(told(next, cancelled)).toEqual({ ...NOTHING, left: ["g: parts, over"] });
  });

  it("brings back what an update cancelled, and not what a person did", () => {
    const gone = { status: "cancelled", status_reason: `plan ${plan.id} does not have it any more` } as const;
    expect(told(plan, stored({ c: gone }))).toMatchObject({ changed: ["c: status"], rows: 1 });
    expect(updateOf(plan, stored({ c: gone }), new Set()).reopened).toMatchObject([{ key: "c" }]);
    expect(told(plan, stored({ c: { ...gone, status_reason: "not wanted" } }))).toEqual(NOTHING);
  });

  it("ticks what the document ticks now", () => {
    expect(told(changedPlan({ c: { done: true } }), stored())).toMatchObject({ changed: ["c: status"] });
  });
});
