import type { Task } from "@taskwerk/contract/task";
import fc from "fast-check";
import { expect, it } from "vitest";
import { HAVABLE } from "../core/query/condition.ts";
import { matches, type Subject } from "../core/query/match-task.ts";
import { readQuery } from "../core/query/read-query.ts";
import { STATES } from "../core/query/resolve-query.ts";
import { openRig, type Rig } from "../operations/test-rig.ts";

const SIZE = 24;
const DAY = 86_400_000;
const NOON = Date.UTC(2027, 2, 1, 12);
const moment = fc.integer({ min: -12, max: 12 }).map((days) => new Date(NOON + days * DAY).toISOString());
const word = fc.constantFrom("api", "app", "Ärger", "a*b");

const row = fc.record(
  {
    title: fc.constantFrom("Fix login", "fix LOGIN page", "Übung", "100% done_", "a 'quote'"),
    description: fc.constantFrom("the Login", "", "ärger", null),
    status: fc.constantFrom("todo", "todo", "in-progress", "review", "blocked", "paused", "done", "cancelled"),
    priority: fc.constantFrom("critical", "high", "medium", "low"),
    tags: fc.subarray(["api", "app", "Ärger", "a*b"]),
    assignee: fc.constantFrom("tester", "api", "app", null),
    category: fc.option(word),
    type: fc.option(word),
    files: fc.subarray(["src/api", "src/api/**", "src/apis/x.ts", "docs/"]),
    capabilities: fc.subarray(["node", "api"]),
    due_at: fc.option(moment),
    defer_until: fc.option(moment),
    estimate_minutes: fc.constantFrom(null, 0, 30, 60, 480),
    metadata: fc.constantFrom({}, { a: 1 }, { a: "1" }, { a: "api", b: true }, { a: null, b: [1] }, { a: 1.5 }),
    acceptance: fc.constantFrom([], ["it works"]),
  },
  { requiredKeys: ["title"] },
);
const rows = fc
  .array(fc.tuple(row, fc.option(fc.nat(SIZE)), fc.subarray([1, 3, 5, 7, 11])), { minLength: SIZE, maxLength: SIZE })
  .map((all) => {
    const parentOf = (at: number): number | null => {
      const parent = all[at]![1];
      return parent !== null && parent < at ? parent : null;
    };
    const pathOf = (at: number): readonly number[] => {
      const parent = parentOf(at);
      return parent === null ? [at] : [...pathOf(parent), at];
    };
    // A whole subtree waits only for whole subtrees behind it: so there is no cycle.
    const mayWait = (at: number, on: number): boolean => {
      const [path, other] = [pathOf(at), pathOf(on)];
      const fork = path.findIndex((one, depth) => one !== other[depth]);
      return fork >= 0 && fork < other.length && path[fork]! < other[fork]!;
    };
    return all.map(([fields, , ahead], at) => ({
      ref: `r${at}`,
      ...fields,
      ...(at % 4 === 0 ? { key: `k${at % 8}:${at}` } : {}),
      ...(parentOf(at) === null ? {} : { parent: `r${parentOf(at)}` }),
      depends_on: ahead
        .map((by) => at + by)
        .filter((on) => on < SIZE && mayWait(at, on))
        .map((on) => `r${on}`),
    }));
  });

const values: Readonly<Record<string, fc.Arbitrary<string>>> = {
  status: fc.constantFrom("todo", "ready", "in-progress", "review", "blocked", "paused", "done", "cancelled"),
  priority: fc.constantFrom("critical", "high..", "..high", "low..medium", "<high", ">low", "<=medium"),
  tag: fc.constantFrom("api", "a*", "*", '"*"', '"a*b"', "Ärger", "nothing"),
  assignee: fc.constantFrom("me", "api", "ap*", "*", "none", "nobody"),
  category: fc.constantFrom("api", "none", "a*"),
  type: fc.constantFrom("app", "none", '"none"'),
  key: fc.constantFrom("k0", "k4:", "none", "x"),
  files: fc.constantFrom("src/api", "src", "docs", "src/ap*", "*", "docs/"),
  capability: fc.constantFrom("node", "n*", "*"),
  id: fc.constantFrom("1", "TASK-2", "task-003"),
  parent: fc.constantFrom("1", "TASK-2", "none"),
  under: fc.constantFrom("1", "2", "3"),
  after: fc.constantFrom("1", "2", "5"),
  before: fc.constantFrom("4", "6", "8"),
  session: fc.constantFrom("one", "two"),
  is: fc.constantFrom(...STATES),
  has: fc.constantFrom(...HAVABLE),
  no: fc.constantFrom(...HAVABLE),
  due: fc.constantFrom("..7d", "<today", "today", ">2d", "none", "-3d..3d", "2027-03-03"),
  defer: fc.constantFrom("..now", "1d..", "none"),
  created: fc.constantFrom("today", "1d..", "..1d"),
  updated: fc.constantFrom("today", "7d..", "..7d"),
  started: fc.constantFrom("today", "..7d", "1d.."),
  completed: fc.constantFrom("today", "..7d", "1d.."),
  estimate: fc.constantFrom("..1h", "30m", ">30m", "<1d", "none", "1h..1d"),
  title: fc.constantFrom("login", '"100%"', "ÜBUNG", '"\'quote"'),
  "meta.a": fc.constantFrom("1", "api", "a*", "*", "null", "1.5"),
  "meta.b": fc.constantFrom("true", "1"),
  text: fc.constantFrom('"login"', '"ÄRGER"', '"done_"', '"x"'),
};
const term = fc
  .constantFrom(...Object.keys(values))
  .chain((field) =>
    fc
      .array(values[field]!, { minLength: 1, maxLength: field === "text" ? 1 : 2 })
      .map((some) => (field === "text" ? some[0]! : `${field}:${some.join(",")}`)),
  );
const { query } = fc.letrec<{ query: string }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 3 },
    { arbitrary: term, weight: 3 },
    { arbitrary: tie("query").map((one) => `not (${one})`), weight: 1 },
    { arbitrary: fc.array(tie("query"), { minLength: 2, maxLength: 3 }).map((all) => `(${all.join(" ")})`), weight: 1 },
    {
      arbitrary: fc.array(tie("query"), { minLength: 2, maxLength: 3 }).map((all) => `(${all.join(" or ")})`),
      weight: 1,
    },
  ),
}));

/** What a query may ask of each task, told from the tasks alone. */
async function subjectsOf(rig: Rig): Promise<readonly Subject[]> {
  const all = (await rig.call("task.list", { query: "is:archived or not is:archived", limit: 0 })).data;
  const byId = new Map(all.map((task) => [task.id, task]));
  const sessions = await rig.store.read((reader) =>
    reader.all<{ id: string; session: string }>(
      "select t.id, s.session from task_sessions s join tasks t on t.seq = s.task",
    ),
  );
  const above = (task: Task): readonly Task[] => {
    const parent = task.parent === null ? undefined : byId.get(task.parent);
    return parent ? [parent, ...above(parent)] : [];
  };
  const isHeld = (task: Task): boolean => task.depends_on.some((id) => byId.get(id)!.status !== "done");
  return all.map((task) => ({
    task,
    ancestors: above(task).map(({ id }) => id),
    sessions: sessions.filter(({ id }) => id === task.id).map(({ session }) => session),
    waiting:
      isHeld(task) || above(task).some((one) => isHeld(one) || one.status === "blocked" || one.status === "paused"),
    idOf: (text) => `TASK-${text.replace(/\D/g, "").padStart(3, "0")}`,
  }));
}

async function makeStore(tasks: readonly { readonly ref: string }[]): Promise<Rig> {
  const rig = await openRig();
  // A store in which every number names a root, so that a test knows ids beforehand.
  for (let at = 0; at < 12; at += 1) await rig.add(`root ${at}`);
  rig.pass(-9 * DAY);
  await rig.call("task.import", { tasks: tasks.map((one) => ({ ...one })) }, { session: "one" });
  await rig.call("task.update", { ids: ["1", "2"], tags_add: ["api"], depends_on_add: ["5"] }, { session: "two" });
  await rig.call("task.add", { title: "child", parent: "1", blocks: ["4"] }, { session: "two" });
  await rig.call("task.add", { title: "grandchild", parent: "1.1" });
  await rig.call("claim.take", { as: "worker", lease_s: 60 });
  rig.pass(9 * DAY);
  await rig.call("claim.take", { as: "worker", lease_s: 3600 });
  await rig.store.write((tx) =>
    tx.run("update tasks set archived_at = '2027-02-01T00:00:00.000Z' where status = 'done' and seq % 2 = 0"),
  );
  return rig;
}

it("finds in the store exactly the tasks that match one by one", async () => {
  await fc.assert(
    fc.asyncProperty(rows, fc.array(query, { minLength: 40, maxLength: 40 }), async (tasks, queries) => {
      const rig = await makeStore(tasks);
      try {
        const subjects = await subjectsOf(rig);
        expect(subjects.length).toBe(SIZE + 14);
        for (const text of queries) {
          const { condition } = readQuery(text, { now: rig.now(), actor: "tester" });
          const expected = subjects.filter((subject) => matches(condition, subject)).map(({ task }) => task.id);
          // With this in it, nothing is left out for its status or because it is archived.
          const found = await rig.call("task.list", { query: `(${text}) (is:archived or not is:archived)`, limit: 0 });
          expect([text, ...found.data.map(({ id }) => id).sort()]).toEqual([text, ...expected.sort()]);
          expect(found.page!.total).toBe(expected.length);
        }
      } finally {
        await rig.close();
      }
    }),
    { numRuns: 8, endOnFailure: true },
  );
}, 120_000);

it("gives the same tasks page by page in any order", async () => {
  const order = fc
    .uniqueArray(
      fc.constantFrom("priority", "due", "estimate", "assignee", "title", "status", "updated", "key", "completed"),
      { minLength: 1, maxLength: 3 },
    )
    .chain((fields) => fc.tuple(...fields.map((field) => fc.constantFrom(field, `-${field}`))))
    .map((keys) => keys.join(","));
  await fc.assert(
    fc.asyncProperty(rows, fc.array(fc.option(order), { minLength: 8, maxLength: 8 }), async (tasks, orders) => {
      const rig = await makeStore(tasks);
      try {
        for (const sort of orders) {
          const input = { all: true, ...(sort === null ? {} : { sort }) };
          const whole = (await rig.call("task.list", { ...input, limit: 0 })).data.map(({ id }) => id);
          const paged: string[] = [];
          for (let cursor: string | null | undefined; cursor !== null; ) {
            const { data, page } = await rig.call("task.list", { ...input, limit: 7, ...(cursor ? { cursor } : {}) });
            expect(page!.total).toBe(whole.length);
            paged.push(...data.map(({ id }) => id));
            cursor = page!.cursor;
          }
          expect([sort, ...paged]).toEqual([sort, ...whole]);
        }
      } finally {
        await rig.close();
      }
    }),
    { numRuns: 3, endOnFailure: true },
  );
}, 120_000);
