import { afterEach, beforeEach, expect, it } from "vitest";
import { openRig, type Rig } from "../test-rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
  await rig.call("task.import", {
    tasks: [
      { ref: "a", title: "A" },
      { ref: "b", title: "B" },
      { ref: "a1", title: "A1", parent: "a" },
      { title: "A2", parent: "a", tags: ["x"] },
      { title: "A1a", parent: "a1", status: "done" },
      { title: "A1b", parent: "a1", tags: ["x"], priority: "high" },
      { title: "done", status: "done" },
      { title: "C", priority: "critical" },
    ],
  });
});
afterEach(() => rig.close());

const tree = async (input: object = {}) => (await rig.call("task.list", { tree: true, ...input })).data;
const titles = async (input?: object) => (await tree(input)).map(({ title }) => title);

it("is whole roots with something open in them, parents first, with what is done below them", async () => {
  expect(await titles()).toEqual(["A", "A1", "A1a", "A1b", "A2", "B", "C"]);
  expect(await titles({ all: true })).toEqual(["A", "A1", "A1a", "A1b", "A2", "B", "done", "C"]);
});

it("counts the ends of the branches, whatever of them is shown", async () => {
  const leaves = async (input: object) => (await tree(input)).map((task) => [task.title, task.leaves]);
  expect((await leaves({})).slice(0, 3)).toEqual([
    ["A", { closed: 1, total: 3 }],
    ["A1", { closed: 1, total: 2 }],
    ["A1a", null],
  ]);
  expect((await leaves({ query: "priority:high" })).slice(0, 2)).toEqual([
    ["A", { closed: 1, total: 3 }],
    ["A1", { closed: 1, total: 2 }],
  ]);
});

it("shows what fits with all that it lies under", async () => {
  expect(await titles({ tag: ["x"] })).toEqual(["A", "A1", "A1b", "A2"]);
  expect(await titles({ query: "under:1 is:ready" })).toEqual(["A", "A1", "A1b", "A2"]);
  expect(await titles({ query: "priority:critical" })).toEqual(["C"]);
  expect(await titles({ query: "tag:nothing" })).toEqual([]);
});

it("sorts roots and siblings where an order is asked for", async () => {
  expect(await titles({ sort: "-priority" })).toEqual(["C", "A", "A1", "A1b", "A1a", "A2", "B"]);
  expect(await titles({ sort: "-title" })).toEqual(["C", "B", "A", "A2", "A1", "A1b", "A1a"]);
});

it("is cut only between roots, and goes on behind them", async () => {
  const first = await rig.call("task.list", { tree: true, limit: 2 });
  expect(first.data.map(({ title }) => title)).toEqual(["A", "A1", "A1a", "A1b", "A2"]);
  expect(first.page).toMatchObject({ returned: 5, total: 7, truncated: true });
  const second = await rig.call("task.list", { tree: true, limit: 2, cursor: first.page!.cursor! });
  expect(second.data.map(({ title }) => title)).toEqual(["B", "C"]);
  expect(second.page).toMatchObject({ returned: 2, total: 7, truncated: false, cursor: null });
  await expect(tree({ cursor: "WzFd" })).rejects.toMatchObject({ code: "INVALID_QUERY" });
});

it("says what a word may have been meant as, where it is found nowhere", async () => {
  const warnings = async (query: string) => (await rig.call("task.list", { query })).warnings;
  expect(await warnings("todo")).toEqual(["looked for as text; as a term it is:  status:todo"]);
  expect(await warnings("overdue or high")).toEqual([
    "looked for as text; as a term it is:  is:overdue  priority:high",
  ]);
  expect(await warnings("A1")).toEqual([]);
  expect(await warnings("zzz")).toEqual([]);
});

it("goes on behind a root that was closed since, and says so where an order does not tell what came after it", async () => {
  const page = async (input: object) => rig.call("task.list", { tree: true, limit: 2, ...input });
  const plain = await page({});
  const sorted = await page({ sort: "-priority" });
  for (const id of ["1", "4"]) await rig.call("task.transition", { ids: [id], to: "done", cascade: true });
  expect((await page({ cursor: plain.page!.cursor! })).data.map(({ title }) => title)).toEqual(["B"]);
  await expect(page({ sort: "-priority", cursor: sorted.page!.cursor! })).rejects.toMatchObject({
    code: "INVALID_QUERY",
    field: "cursor",
  });
});
