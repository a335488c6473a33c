import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { planOf, plansOf } from "../operations/test-plans.ts";
import { openRig, type Rig } from "../operations/test-rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
  await rig.call("task.import", {
    tasks: Array.from({ length: 300 }, (_, n) => ({
      ref: `${n}`,
      title: `${n}`,
      tags: [`t${n % 9}`],
      ...(n % 4 ? { depends_on: [`${n - 1}`] } : {}),
    })),
  });
});
afterEach(() => rig.close());

describe("plans of hot queries", () => {
  it("a page of a list walks the index in order and sorts nothing", async () => {
    const plan = await planOf(rig, /^select rank, priority/, () => rig.call("task.list", {}));
    expect(plan).toMatch(/SEARCH tasks USING (COVERING )?INDEX tasks_listed/);
    expect(plan).not.toContain("TEMP B-TREE");
  });

  it("so does a list of one status, and the next page", async () => {
    const first = await rig.call("task.list", { status: ["todo"] });
    for (const input of [
      { status: ["todo" as const] },
      { status: ["todo" as const], cursor: first.page!.cursor! },
      { cursor: first.page!.cursor! },
    ]) {
      const plan = await planOf(rig, /^select rank, priority/, () => rig.call("task.list", input));
      expect(plan).toMatch(
        /SEARCH tasks USING INDEX tasks_listed|SCAN tasks USING (COVERING )?INDEX tasks_listed|SEARCH tasks USING COVERING INDEX tasks_listed/,
      );
      expect(plan).not.toContain("TEMP B-TREE");
    }
  });

  it("what is ready comes from its own index, in order of urgency", async () => {
    const plan = await planOf(rig, /^select priority, due_key/, () => rig.call("task.ready", {}));
    expect(plan).toContain("USING INDEX tasks_ready");
    expect(plan).not.toContain("TEMP B-TREE");
  });

  it("so does the next task to claim", async () => {
    const plan = await planOf(rig, /^select \* from tasks where candidate = 1/, () =>
      rig.call("claim.take", { as: "w" }),
    );
    expect(plan).toContain("USING INDEX tasks_ready");
    expect(plan).not.toContain("TEMP B-TREE");
  });

  it("whole tasks are found by key, and so is all that hangs on them", async () => {
    const plan = await planOf(rig, /^select t\.seq, t\.id/, () => rig.call("task.show", { id: "5" }));
    expect(plan).toContain("SEARCH t USING INTEGER PRIMARY KEY");
    expect(plan).not.toMatch(/SCAN (t|p|g|d|b|c|k|l)\b/);
  });

  it("numbers of a status come from the tallies", async () => {
    const plans = await plansOf(rig, () => rig.call("task.list", {}));
    expect([...plans.keys()].filter((sql) => /count\(\*\)[^)]*from tasks/.test(sql))).toEqual([]);
  });

  it("events after a cursor are a range of the key", async () => {
    const plan = await planOf(rig, /^select "e"\."cursor"/, () => rig.call("event.list", { since: 10 }));
    expect(plan).toContain("SEARCH e USING INTEGER PRIMARY KEY (rowid>?)");
  });

  it("dependants of what was done are found by index", async () => {
    const plan = await planOf(rig, /^update tasks set open_blockers/, () =>
      rig.call("task.transition", { ids: ["1"], to: "done" }),
    );
    expect(plan).toContain("deps_blocker (blocker=?)");
    expect(plan).not.toContain("SCAN deps");
  });
});
