import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRig, type Rig } from "../test-rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
  await rig.add("Retry with backoff", { description: "On 429 and 5xx, at most five times", tags: ["net"] });
  await rig.add("Limit requests", { description: "Never retry a request that was refused" });
  await rig.add("Document exit codes", { status: "done" });
  await rig.call("task.note", { id: "3", text: "Say that retries\nare counted" });
});
afterEach(() => rig.close());

const search = async (text: string, more: { query?: string; limit?: number; cursor?: string } = {}) =>
  (await rig.call("task.search", { text, ...more })).data.map((found) => [found.id, found.found_in, found.snippet]);

describe("search", () => {
  it("finds words in titles, descriptions and notes of every status, the best match first", async () => {
    expect(await search("retry")).toEqual([
      ["TASK-001", "title", "Retry with backoff"],
      ["TASK-002", "description", "Never retry a request that was refused"],
      ["TASK-003", "notes", "Say that retries are counted"],
    ]);
  });

  it("takes the beginning of a word, several words in any place, and words that stand together", async () => {
    expect(await search("back")).toHaveLength(1);
    expect(await search("limit refused")).toHaveLength(1);
    expect(await search("limit backoff")).toEqual([]);
    expect(await search('"exit codes"')).toHaveLength(1);
    expect(await search('"codes exit"')).toEqual([]);
    expect(await search("5xx")).toHaveLength(1);
  });

  it("is narrowed by a query", async () => {
    expect(await search("retry", { query: "is:open -tag:net" })).toHaveLength(1);
    expect(await search("retry", { query: '"Limit"' })).toHaveLength(1);
    await expect(search("retry", { query: "tga:x" })).rejects.toMatchObject({ code: "INVALID_QUERY" });
  });

  it.each([
    'retry OR limit"',
    "title:retry",
    "NEAR(retry limit)",
    "^retry",
    "retry*",
    "(retry",
    "re'try; drop table tasks",
    "-retry",
    "{title}:retry",
  ])("takes %j as words and nothing else", async (text) => {
    await search(text);
    expect(await search("retry")).toHaveLength(3);
  });

  it("wants a word", async () => {
    for (const text of ["", " ", "*", '""', "--"]) {
      await expect(search(text)).rejects.toMatchObject({ code: "INVALID_QUERY" });
    }
  });

  it("goes on behind a page, in the same order", async () => {
    const first = await rig.call("task.search", { text: "retry", limit: 2 });
    expect(first.page).toMatchObject({ returned: 2, total: 3, truncated: true });
    expect(await search("retry", { limit: 2, cursor: first.page!.cursor! })).toEqual((await search("retry")).slice(2));
    await expect(search("retry", { cursor: "WzFd" })).rejects.toMatchObject({ code: "INVALID_QUERY" });
  });

  it("shows the words around a match in a long text", async () => {
    await rig.add("Long", { description: `${"before ".repeat(40)}needle ${"behind ".repeat(40)}` });
    const [[, , snippet] = []] = await search("needle");
    expect(snippet).toMatch(/^\.\.\. .*needle.* \.\.\.$/);
    expect(snippet!.length).toBeLessThan(110);
  });
});

describe("stats", () => {
  it("counts by a field, and says how many a week and how long", async () => {
    rig.pass(3 * 3_600_000);
    await rig.call("task.transition", { ids: ["1"], to: "in-progress" });
    rig.pass(3_600_000);
    await rig.call("task.transition", { ids: ["1"], to: "done" });
    await rig.call("task.update", { ids: ["2"], tags_add: ["net", "api"], priority: "high" });
    const stats = async (input: object) => (await rig.call("task.stats", input)).data;
    expect(await stats({})).toMatchObject({
      by: "status",
      total: 3,
      open: 1,
      done: 2,
      groups: [
        { value: "done", total: 2, open: 0, done: 2 },
        { value: "todo", total: 1, open: 1, done: 0 },
      ],
      lead: { count: 2, median_minutes: 0, p90_minutes: 240 },
      active: { count: 1, median_minutes: 60 },
    });
    expect((await stats({})).throughput.map(({ done }) => done)).toEqual([0, 0, 0, 0, 0, 0, 0, 2]);
    expect((await stats({ by: "tag" })).groups).toEqual([
      { value: "net", total: 2, open: 1, done: 1 },
      { value: null, total: 1, open: 0, done: 1 },
      { value: "api", total: 1, open: 1, done: 0 },
    ]);
    expect((await stats({ by: "priority", query: "is:open" })).groups).toEqual([
      { value: "high", total: 1, open: 1, done: 0 },
    ]);
    for (const by of ["assignee", "category", "type", "parent", "session", "created_by"] as const) {
      expect((await stats({ by })).groups.reduce((sum, { total }) => sum + total, 0)).toBe(3);
    }
  });
});
