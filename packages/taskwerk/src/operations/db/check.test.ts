import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newUid } from "../../core/uid.ts";
import { openStore } from "../../store/open.ts";
import { callOperation } from "../call.ts";
import { openRig, type Rig } from "../test-rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
  await rig.call("task.import", { tasks: ["a", "b", "c"].map((title) => ({ title, tags: ["x"] })) });
  await rig.call("task.update", { ids: ["2"], title: "B", tags_add: ["y"] });
  await rig.call("task.note", { id: "2", text: "noted" });
});
afterEach(() => rig.close());

const tamper = (...statements: readonly string[]) =>
  rig.store.write(async (tx) => {
    for (const statement of statements) await tx.exec(statement);
  });
const check = async () => (await rig.call("db.check", {})).data;
const UNLOCK = "drop trigger changes_never_change; drop trigger changes_never_go";

describe("db check", () => {
  it("finds nothing wrong with a store that nobody touched, and says what it looked at", async () => {
    expect(await check()).toMatchObject({ ok: true, tasks: 3, ops: 3, changes: 6, problems: [] });
  });

  it("does not take for damage what another program wrote after this one searched", async () => {
    await rig.call("task.search", { text: "noted" });
    const other = await openStore(rig.dir);
    const call = { actor: "other", session: null, idempotencyKey: null, store: other, now: rig.now, newUid };
    // As many as it takes FTS5 to merge what it had in pieces.
    for (let n = 0; n < 20; n++) await callOperation(call, "task.add", { title: `word${n}` });
    await other.close();
    expect(await check()).toMatchObject({ ok: true, problems: [] });
  });

  it("names the very change that was tampered with, also among many of one operation", async () => {
    const { op } = (await rig.call("op.list", {})).data.at(-1)!;
    await tamper(UNLOCK, "update changes set after = json_set(after, '$.title', 'forged') where seq = 2");
    const { ok, problems } = await check();
    expect(ok).toBe(false);
    expect(problems).toContainEqual(expect.objectContaining({ check: "chain", op, seq: 2 }));
    expect(problems.filter((one) => one.check === "chain")).toHaveLength(1);
  });

  it("notices changes, operations and events that are gone, changed or come too many", async () => {
    const cases: readonly (readonly [string, string])[] = [
      [`${UNLOCK}; delete from changes where seq = 6`, "chain"],
      ["update ops set actor = 'nobody' where seq = 2", "chain"],
      ["update ops set undo_of = 'nobody' where seq = 2", "chain"],
      ["update events set data = '{}' where cursor = 2", "chain"],
      ["delete from events where cursor = 3", "chain"],
      ["insert into events (op, n, type, subject, data) values (3, 9, 'task.ready', 'TASK-001', '{}')", "chain"],
      ["update ops set hash = 'x' where seq = 3", "chain"],
      ["update tasks set title = 'forged' where seq = 1", "rows"],
      ["update tasks set updated_by = 'nobody' where seq = 1", "rows"],
      ["update notes set text = 'forged'", "rows"],
      ["delete from tags where tag = 'y'", "rows"],
      ["insert into deps (task, blocker) values (1, 2)", "rows"],
      ["update tasks set open_blockers = 1 where seq = 1", "counters"],
      ["update tallies set n = 7 where name = 'todo'", "counters"],
      ["delete from task_fts where rowid = 1", "search"],
      ["insert into tags (task, tag) values (1, 'z')", "rows"],
    ];
    for (const [statement, kind] of cases) {
      await rig.close();
      rig = await openRig();
      await rig.call("task.import", { tasks: ["a", "b", "c"].map((title) => ({ title, tags: ["x"] })) });
      await rig.call("task.update", { ids: ["2"], title: "B", tags_add: ["y"] });
      await rig.call("task.note", { id: "2", text: "noted" });
      await tamper(statement);
      expect(
        (await check()).problems.map((one) => one.check),
        statement,
      ).toContain(kind);
    }
  });
});
