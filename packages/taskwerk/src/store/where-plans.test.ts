import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planOf, plansOf } from "../operations/test-plans.ts";
import { openRig, type Rig } from "../operations/test-rig.ts";

const TASKS = 12_000;
const at = { rig: undefined as unknown as Rig };
beforeAll(async () => {
  at.rig = await openRig();
  await at.rig.call(
    "task.import",
    {
      tasks: Array.from({ length: TASKS }, (_, n) => ({
        ref: `${n}`,
        title: `Task ${n}`,
        key: `k:${n}`,
        tags: [`t${n % 40}`],
        assignee: n % 100 === 0 ? "me" : null,
        due_at: n % 3 ? null : "2027-03-05",
        ...(n % 4 ? { depends_on: [`${n - 1}`] } : {}),
        ...(n % 10 === 9 ? { parent: `${n - 9}` } : {}),
      })),
    },
    { session: "s" },
  );
}, 120_000);
afterAll(() => at.rig.close());

const listing = (query: string) => () => at.rig.call("task.list", { query });
const pagePlan = (query: string): Promise<string> => planOf(at.rig, /^select rank, priority/, listing(query));
/** Reads the table from end to end, and not a list of values or what a search has found. */
const SCAN = /SCAN (tasks|tags|deps|task_sessions|sessions|notes)\b(?! USING)/;

describe(`plans of queries, ${TASKS} tasks`, () => {
  it.each([
    "tag:t3",
    "-tag:t3 priority:high..",
    "tag:t3,t4 due:..7d",
    "tag:t1*",
    "assignee:me",
    "parent:1",
    "under:1",
    "after:1",
    "before:2",
    "session:s",
    "key:k:77",
    "id:1,2,3",
    "is:blocked",
    "is:overdue",
    "is:claimed",
    "is:stale",
    "status:review,done",
    '"Task 77"',
    "meta.a:b",
  ])("%s never reads a table from end to end without an index, nor builds an index of its own", async (query) => {
    for (const [sql, plan] of await plansOf(at.rig, listing(query))) {
      expect([sql, plan]).toEqual([sql, expect.not.stringMatching(SCAN)]);
      expect(plan).not.toContain("AUTOMATIC");
    }
  });

  it.each([
    ["tag:t3", "tags_tag (tag=?)"],
    ["assignee:me", "tasks_"],
    ["parent:1", "tasks_parent (parent=?)"],
    ["after:1", "deps_blocker (blocker=?)"],
    ["session:s", "PRIMARY KEY (session=?)"],
    ["id:1,2,3", "INTEGER PRIMARY KEY (rowid=?)"],
    ["under:1", "tasks_parent (parent=?)"],
  ])("%s is found by %s", async (query, index) => {
    expect(await pagePlan(query)).toContain(index);
  });

  it("statuses are a range of the index of lists, which also gives their order", async () => {
    for (const query of ["status:todo", "is:stale", "is:open", "-tag:t3", "-due:..7d", "due:2027-01-01.."]) {
      const plan = await pagePlan(query);
      expect(plan).toMatch(/tasks_listed \(rank>\? AND rank<\?\)/);
      expect(plan).not.toContain("TEMP B-TREE");
    }
  });

  it.each(["is:overdue", "due:..7d", "due:2027-01-01..2027-02-01 tag:t3", "status:todo,review due:..7d"])(
    "%s, among open tasks, is a range of the index of due dates",
    async (query) => {
      expect(await pagePlan(query)).toMatch(/SEARCH tasks USING INDEX tasks_due \(due_key[<>]/);
    },
  );

  it("open tasks by due date are in the order of that index, page after page, and are not sorted", async () => {
    const first = await at.rig.call("task.list", { sort: "due" });
    for (const input of [{ sort: "due" }, { sort: "due", cursor: first.page!.cursor! }]) {
      const plan = await planOf(at.rig, /^select due_key, seq/, () => at.rig.call("task.list", input));
      expect(plan).toContain("USING INDEX tasks_due");
      expect(plan).not.toContain("TEMP B-TREE");
    }
  });

  it("what is ready and fits comes from the index of what is ready, in order, also for a claim", async () => {
    const list = await planOf(at.rig, /^select priority, due_key/, () =>
      at.rig.call("task.ready", { query: "priority:high.. -tag:t3" }),
    );
    const claim = await planOf(at.rig, /^select \* from tasks where candidate = 1/, () =>
      at.rig.call("claim.take", { as: "w", query: "-tag:t3 no:assignee" }),
    );
    for (const plan of [list, claim]) {
      expect(plan).toContain("USING INDEX tasks_ready");
      expect(plan).not.toContain("TEMP B-TREE");
    }
  });

  it("a search asks the index of words first, and tasks by their number", async () => {
    const plan = await planOf(at.rig, /^select seq, score/, () => at.rig.call("task.search", { text: "task 77" }));
    expect(plan).toMatch(/SCAN task_fts VIRTUAL TABLE INDEX/);
    expect(plan).toContain("SEARCH tasks USING INTEGER PRIMARY KEY (rowid=?)");
  });

  it("@last goes through the log from its end", async () => {
    const plan = await planOf(at.rig, /^select t\.id from changes/, () => at.rig.call("task.last", {}));
    expect(plan).toContain("SEARCH o USING INTEGER PRIMARY KEY");
    expect(plan).not.toContain("TEMP B-TREE");
  });
});
