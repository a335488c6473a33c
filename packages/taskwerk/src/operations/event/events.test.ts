import { EVENT_TYPES, type EventType, type TaskEvent } from "@taskwerk/contract/event";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newUid } from "../../core/uid.ts";
import { tellTime } from "../clock/tell-time.ts";
import { plansOf } from "../test-plans.ts";
import { openRig, type Rig } from "../test-rig.ts";
import { eventsAfter } from "./events-after.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

const transition = (id: string, to: string, more = {}) =>
  rig.call("task.transition", { ids: [id], to: to as never, ...more });
const timePasses = () => tellTime({ store: rig.store, now: () => rig.now(), newUid });

/** What makes each type happen, and what the event then says. `A` is TASK-001, a task that is ready. */
const STORIES: Readonly<Record<EventType, () => Promise<unknown>>> = {
  "task.created": () => rig.add("B"),
  "task.updated": () => rig.call("task.update", { ids: ["1"], title: "New", priority: "high" }),
  "task.status_changed": () => transition("1", "in-progress", { reason: "now" }),
  "task.completed": () => transition("1", "done", { evidence: { tests: "pass" } }),
  "task.reopened": async () => {
    await transition("1", "done");
    await transition("1", "todo", { from: ["done"] });
  },
  "task.cancelled": () => transition("1", "cancelled", { reason: "no" }),
  "task.archived": async () => {
    await transition("1", "done");
    await rig.call("task.archive", { ids: ["1"] });
  },
  "task.deleted": () => rig.call("task.delete", { ids: ["1"] }),
  "task.restored": async () => {
    await rig.call("task.delete", { ids: ["1"] });
    await rig.call("task.restore", { ids: ["1"] });
  },
  "task.moved": async () => {
    await rig.add("B");
    await rig.call("task.move", { ids: ["1"], parent: "2" });
  },
  "task.claimed": () => rig.call("claim.take", { id: "1", as: "w", lease_s: 60 }),
  "task.claim_released": async () => {
    const { data } = await rig.call("claim.take", { id: "1", as: "w", lease_s: 60 });
    await rig.call("claim.release", { token: data.claim.token, reason: "lunch" });
  },
  "task.claim_expired": async () => {
    await rig.call("claim.take", { id: "1", as: "w", lease_s: 60 });
    rig.pass(61_000);
    await timePasses();
  },
  "task.blocked": () => transition("1", "blocked", { reason: "no key" }),
  "task.unblocked": async () => {
    await transition("1", "blocked");
    await transition("1", "todo");
  },
  "task.ready": async () => {
    await rig.add("B", { depends_on: ["1"] });
    await transition("1", "done");
  },
  "task.note_added": () => rig.call("task.note", { id: "1", text: "hm", type: "question" }),
  "task.tag_changed": async () => {
    await rig.call("task.update", { ids: ["1"], tags_add: ["a", "b"] });
    await rig.call("task.update", { ids: ["1"], tags_add: ["c"], tags_remove: ["a"] });
  },
  "task.dep_added": async () => {
    await rig.add("B");
    await rig.call("task.deps", { id: "1", add: ["2"] });
  },
  "task.dep_removed": async () => {
    await rig.add("B");
    await rig.call("task.deps", { id: "1", add: ["2"] });
    await rig.call("task.deps", { id: "1", remove: ["2"] });
  },
  "task.criterion_checked": async () => {
    await rig.call("task.criteria", { id: "1", add: ["green"] });
    await rig.call("task.criteria", { id: "1", check: [1], evidence: "ci" });
  },
  "session.started": () => rig.call("task.add", { title: "B" }, { session: "S" }),
  "session.ended": async () => {
    await rig.call("session.start", { session: "S" });
    await rig.call("session.end", { session: "S" });
  },
  "session.undone": async () => {
    await rig.call("task.update", { ids: ["1"], title: "B" }, { session: "S" });
    await rig.call("session.undo", { session: "S" });
  },
  "import.completed": () => rig.call("task.import", { tasks: [{ title: "B" }] }),
};

const toldOf = (type: EventType): Promise<readonly TaskEvent[]> =>
  rig.call("event.list", { type: [type] }).then(({ data }) => data);

describe("events", () => {
  it.each(EVENT_TYPES)("of type %s are told by what causes them, with what was and what is", async (type) => {
    await rig.add("A");
    const { cursor } = (await rig.call("event.list", {})).page!;
    await STORIES[type]();
    const { data } = await rig.call("event.list", { since: Number(cursor), type: [type] });
    const last = data.at(-1)!;
    expect(last).toMatchObject({ type, actor: expect.any(String), op: expect.any(String), time: expect.any(String) });
    expect(last.id).toBe(`${last.op}.${last.id.split(".")[1]}`);
    const said = JSON.stringify({ subject: last.subject, before: last.data.before, after: last.data.after }, null, 2);
    // Ids are new each time.
    expect(said.replace(/[0-9A-HJKMNP-TV-Z]{26}/g, "UID")).toMatchSnapshot();
  });

  it("say of a task that it is ready when it is there, when what held it is gone, and when its date has come", async () => {
    await rig.add("A");
    await rig.add("B", { depends_on: ["1"] });
    await rig.add("C", { defer_until: new Date(rig.now().getTime() + 60_000).toISOString() });
    const told = async () => (await toldOf("task.ready")).map(({ subject }) => subject);
    expect(await told()).toEqual(["TASK-001"]);
    await transition("1", "done");
    expect(await told()).toEqual(["TASK-001", "TASK-002"]);
    await timePasses();
    expect(await told()).toEqual(["TASK-001", "TASK-002"]);
    rig.pass(61_000);
    await timePasses();
    await timePasses();
    expect(await told()).toEqual(["TASK-001", "TASK-002", "TASK-003"]);
    await rig.call("task.update", { ids: ["3"], defer_until: null });
    expect(await told()).toEqual(["TASK-001", "TASK-002", "TASK-003"]);
  });

  it("say nothing of a task that the same operation made ready and took back", async () => {
    const operations = [
      { op: "add", title: "A", ref: "a" },
      { op: "add", title: "B", blocks: ["@a"] },
    ];
    await rig.call("batch", { operations });
    expect((await toldOf("task.ready")).map(({ subject }) => subject)).toEqual(["TASK-002"]);
    await rig.call("task.import", {
      tasks: [
        { ref: "x", title: "X" },
        { title: "Y", depends_on: ["x"] },
      ],
    });
    expect((await toldOf("task.ready")).map(({ subject }) => subject)).toEqual(["TASK-002", "TASK-003"]);
  });

  it("tell once of a claim that ran out, whether a clock, another claimer or a move noticed", async () => {
    for (const title of ["A", "B", "C"]) await rig.add(title);
    for (const id of ["1", "2", "3"]) await rig.call("claim.take", { id, as: "w", lease_s: 60 });
    rig.pass(61_000);
    await rig.call("claim.take", { id: "1", as: "v", lease_s: 600 });
    await transition("2", "done");
    expect((await toldOf("task.claim_expired")).map(({ subject }) => subject)).toEqual(["TASK-001", "TASK-002"]);
    await timePasses();
    await timePasses();
    await rig.call("claim.take", { id: "3", as: "v", lease_s: 600 });
    const told = await toldOf("task.claim_expired");
    expect(told.map(({ subject }) => subject)).toEqual(["TASK-001", "TASK-002", "TASK-003"]);
    expect(told[2]).toMatchObject({ actor: "taskwerk", data: { by: "w", fence: 1 } });
    expect((await toldOf("task.ready")).at(-1)).toMatchObject({ subject: "TASK-003", op: told[2]!.op });
    rig.pass(601_000);
    await timePasses();
    expect(await toldOf("task.claim_expired")).toHaveLength(5);
  });

  it("come again when the clock had been set far ahead and is right again, rather than never", async () => {
    await rig.add("A", { defer_until: new Date(rig.now().getTime() + 1000).toISOString() });
    rig.pass(86_400_000);
    await timePasses();
    rig.pass(-86_400_000);
    await timePasses();
    await rig.call("task.update", { ids: ["1"], defer_until: new Date(rig.now().getTime() + 2000).toISOString() });
    rig.pass(3_000);
    await timePasses();
    expect(await toldOf("task.ready")).toHaveLength(2);
  });

  it("are written by time only when something passed", async () => {
    await rig.add("A");
    const before = await rig.call("op.list", {});
    await timePasses();
    expect((await rig.call("op.list", {})).data).toEqual(before.data);
  });

  it("of some types come in pages that skip the others, and the last cursor is the newest", async () => {
    for (const title of ["A", "B", "C"]) await rig.add(title);
    const first = await rig.call("event.list", { type: ["task.created"], limit: 2 });
    expect(first.page).toMatchObject({ returned: 2, total: 3, truncated: true });
    const rest = await rig.call("event.list", { type: ["task.created"], limit: 2, since: Number(first.page!.cursor) });
    expect(rest.data.map(({ subject }) => subject)).toEqual(["TASK-003"]);
    expect(rest.page!.cursor).toBe(String(rest.meta.cursor));
    expect((await rig.call("event.list", { type: ["session.*"] })).data).toEqual([]);
    expect((await rig.call("event.list", { type: ["task.*", "task.created"] })).page!.total).toBe(6);
  });

  it("of a type that there is not, and after a cursor that never was, are refused", async () => {
    await rig.add("A");
    await expect(rig.call("event.list", { type: ["created"] })).rejects.toMatchObject({
      code: "VALIDATION_FAILED",
      field: "type",
      candidates: ["task.created"],
    });
    await expect(rig.call("event.list", { since: 3 })).rejects.toMatchObject({
      code: "INVALID_QUERY",
      details: { newest: 2 },
    });
  });

  it("cut a long text, which its task has whole", async () => {
    await rig.add("A");
    await rig.call("task.update", { ids: ["1"], description: `${"x".repeat(9_998)}\u{1f600}yz` });
    const [event] = await toldOf("task.updated");
    expect(event!.data.after!.description).toBe(`${"x".repeat(9_998)}\ufffd\u2026`);
    expect(event!.data.before).toEqual({ description: null });
  });
});

it("a page for who follows counts nothing, so that it takes no longer the more comes after", async () => {
  for (const title of ["A", "B", "C"]) await rig.add(title);
  const plans = await plansOf(rig, async () => {
    const page = await rig.store.read((reader) => eventsAfter(reader, { since: 1 }, 2));
    expect(page).toMatchObject({ truncated: true, cursor: 3, newest: 6 });
  });
  expect([...plans.keys()].filter((sql) => sql.includes("count("))).toEqual([]);
  expect((await rig.call("event.list", { since: 1, limit: 2 })).page).toMatchObject({ total: 5, truncated: true });
  expect((await rig.call("event.list", { since: 1, limit: 5 })).page).toMatchObject({ total: 5, truncated: false });
});
