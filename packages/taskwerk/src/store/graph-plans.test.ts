import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planOf, plansOf } from "../operations/test-plans.ts";
import { openRig, type Rig } from "../operations/test-rig.ts";

const TASKS = 12_000;
const at = { rig: undefined as unknown as Rig };
beforeAll(async () => {
  at.rig = await openRig();
  await at.rig.call("task.import", {
    tasks: Array.from({ length: TASKS }, (_, n) => ({
      ref: `${n}`,
      title: `Task ${n}`,
      key: `k:${n}`,
      tags: [`t${n % 40}`],
      ...(n % 50 === 0 ? { files: [`src/${n % 7}/**`] } : {}),
      ...(n % 4 ? { depends_on: [`${n - 1}`] } : {}),
      ...(n % 10 === 9 ? { parent: `${n - 9}` } : {}),
    })),
  });
  for (let n = 0; n < 5; n += 1) await at.rig.call("claim.take", { as: `w${n}` });
}, 120_000);
afterAll(() => at.rig.close());

/** Reads a table from end to end, and not what a recursion or a list has found. */
const SCAN = /SCAN (tasks|tags|deps|notes|criteria|links|t|b|c|d|a|p|k|l)\b(?! USING)/;

describe(`plans of what follows the graph, ${TASKS} tasks`, () => {
  const { call } = { call: ((name, input) => at.rig.call(name, input)) as Rig["call"] };

  it.each<readonly [string, () => Promise<unknown>]>([
    ["next", () => call("task.ready", { limit: 1 })],
    ["claims", () => call("task.list", { query: "has:claim", all: true, limit: 0 })],
    ["overdue", () => call("task.list", { query: "is:overdue" })],
    ["a claim apart from others", () => call("claim.take", { as: "w", skip_file_conflicts: true })],
    ["done --next", () => call("task.transition", { ids: ["21"], to: "done", next: { as: "w" } })],
    ["a dependency and its cycle", () => call("task.deps", { id: "41", add: ["9001"] })],
    ["a move", () => call("task.move", { ids: ["101"], parent: "9001" })],
    ["a split", () => call("task.split", { id: "201", titles: ["a", "b"] })],
    ["why", () => call("task.why", { id: "400" })],
    ["a brief", () => call("task.context", { id: "400" })],
    ["criteria", () => call("task.criteria", { id: "301", add: ["a"] })],
    ["a tag's other name", () => call("tag.rename", { from: "t39", to: "t40" })],
    ["an add by key", () => call("task.add", { title: "t", key: "k:77", if_absent: true })],
  ])("%s reads no table from end to end, and builds no index of its own", async (_, work) => {
    for (const [sql, plan] of await plansOf(at.rig, work)) {
      expect([sql, plan]).toEqual([sql, expect.not.stringMatching(SCAN)]);
      expect([sql, plan]).toEqual([sql, expect.not.stringContaining("AUTOMATIC")]);
    }
  });

  it("a key is looked up in its index", async () => {
    const add = () => call("task.add", { title: "t", key: "k:78", if_absent: true });
    expect(await planOf(at.rig, /^select seq, id from tasks where key/, add)).toMatch(
      /INDEX sqlite_autoindex_tasks_\d+ \(key=\?\)/,
    );
  });

  it("the next one to claim is the first of its index, also among those apart from others", async () => {
    const claim = () => call("claim.take", { as: "w", skip_file_conflicts: true });
    const plan = await planOf(at.rig, /^select \* from tasks where candidate = 1/, claim);
    expect(plan).toContain("USING INDEX tasks_ready");
    expect(plan).not.toContain("TEMP B-TREE");
  });
});
