import type { Reader } from "@taskwerk/sqlite/database";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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

/** The plan of each statement that `work` sends, by the statement's text. */
async function plansOf(work: () => Promise<unknown>): Promise<ReadonlyMap<string, string>> {
  const plans = new Map<string, string>();
  const spy = async (reader: Reader, sql: string, params: readonly (string | number)[] = []) => {
    const rows = await reader.all<{ detail: string }>(`explain query plan ${sql}`, params);
    plans.set(sql, rows.map((row) => row.detail).join("; "));
  };
  const { read, write } = rig.store;
  const watched = <R extends Reader>(reader: R): R => {
    const first =
      <T>(send: (sql: string, params?: readonly (string | number)[]) => Promise<T>) =>
      async (sql: string, params?: readonly (string | number)[]) => {
        await spy(reader, sql, params);
        return send(sql, params);
      };
    return { ...reader, all: first(reader.all), get: first(reader.get), lists: first(reader.lists) } as R;
  };
  Object.assign(rig.store, {
    read: (use: (reader: Reader) => Promise<unknown>) => read((reader) => use(watched(reader))),
    write: (use: (tx: never) => Promise<unknown>) => write((tx) => use(watched(tx) as never)),
  });
  await work();
  Object.assign(rig.store, { read, write });
  return plans;
}

const planOf = async (start: RegExp, work: () => Promise<unknown>): Promise<string> => {
  const plans = await plansOf(work);
  const [, plan] = [...plans].find(([sql]) => start.test(sql.trim())) ?? [];
  return plan ?? expect.fail(`no statement ${start} among ${[...plans.keys()].join("\n")}`);
};

describe("plans of hot queries", () => {
  it("a page of a list walks the index in order and sorts nothing", async () => {
    const plan = await planOf(/^select rank, priority/, () => rig.call("task.list", {}));
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
      const plan = await planOf(/^select rank, priority/, () => rig.call("task.list", input));
      expect(plan).toMatch(
        /SEARCH tasks USING INDEX tasks_listed|SCAN tasks USING (COVERING )?INDEX tasks_listed|SEARCH tasks USING COVERING INDEX tasks_listed/,
      );
      expect(plan).not.toContain("TEMP B-TREE");
    }
  });

  it("what is ready comes from its own index, in order of urgency", async () => {
    const plan = await planOf(/^select priority, due_key/, () => rig.call("task.ready", {}));
    expect(plan).toContain("USING INDEX tasks_ready");
    expect(plan).not.toContain("TEMP B-TREE");
  });

  it("so does the next task to claim", async () => {
    const plan = await planOf(/^select \* from tasks where candidate = 1/, () => rig.call("claim.take", { as: "w" }));
    expect(plan).toContain("USING INDEX tasks_ready");
    expect(plan).not.toContain("TEMP B-TREE");
  });

  it("whole tasks are found by key, and so is all that hangs on them", async () => {
    const plan = await planOf(/^select t\.seq, t\.id/, () => rig.call("task.show", { id: "5" }));
    expect(plan).toContain("SEARCH t USING INTEGER PRIMARY KEY");
    expect(plan).not.toMatch(/SCAN (t|p|g|d|b|c|k|l)\b/);
  });

  it("numbers of a status come from the tallies", async () => {
    const plans = await plansOf(() => rig.call("task.list", {}));
    expect([...plans.keys()].filter((sql) => /count\(\*\)[^)]*from tasks/.test(sql))).toEqual([]);
  });

  it("events after a cursor are a range of the key", async () => {
    const plan = await planOf(/^select "e"\."cursor"/, () => rig.call("event.list", { since: 10 }));
    expect(plan).toContain("SEARCH e USING INTEGER PRIMARY KEY (rowid>?)");
  });

  it("dependants of what was done are found by index", async () => {
    const plan = await planOf(/^update tasks set open_blockers/, () =>
      rig.call("task.transition", { ids: ["1"], to: "done" }),
    );
    expect(plan).toContain("deps_blocker (blocker=?)");
    expect(plan).not.toContain("SCAN deps");
  });
});
