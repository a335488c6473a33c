import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openRig, type Rig } from "../test-rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.close());

describe("sessions", () => {
  it("begin with a start or the first change, end, and begin again", async () => {
    expect((await rig.call("session.start", { session: "S" })).data).toMatchObject({ id: "S", ops: 0, ended_at: null });
    expect((await rig.call("session.start", { session: "S" })).data).toMatchObject({ id: "S", ended_at: null });
    await rig.call("task.add", { title: "A" }, { session: "S" });
    rig.pass(60_000);
    expect((await rig.call("session.end", { session: "S" })).data).toMatchObject({
      ended_at: "2027-03-01T12:01:00.000Z",
      tasks: 1,
    });
    await rig.call("task.add", { title: "B" }, { session: "T" });
    expect((await rig.call("session.list", { active: true })).data.map(({ id }) => id)).toEqual(["T"]);
    await rig.call("task.update", { ids: ["1"], title: "C" }, { session: "S" });
    expect((await rig.call("session.list", { limit: 1 })).page).toMatchObject({ total: 2, truncated: true });
    const { data } = await rig.call("session.show", { session: "S" });
    expect(data).toMatchObject({ id: "S", ended_at: null, ops: 2, undone: 0, tasks: 1 });
    expect(data.log.map(({ summary }) => summary)).toEqual([["TASK-001 title A -> C"], ["added TASK-001 A"]]);
    expect(
      (await rig.call("event.list", {})).data.map(({ type }) => type).filter((one) => one.startsWith("session")),
    ).toEqual(["session.started", "session.ended", "session.started", "session.started"]);
  });

  it("that nobody named are not found", async () => {
    for (const call of [
      () => rig.call("session.show", { session: "X" }),
      () => rig.call("session.end", { session: "X" }),
      () => rig.call("op.list", { session: "X" }),
      () => rig.call("task.list", { session: "X" }),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: "SESSION_NOT_FOUND" });
    }
    await expect(rig.call("session.start", { session: " " })).rejects.toMatchObject({ code: "VALIDATION_FAILED" });
  });

  it("come in pages, the newest first", async () => {
    for (const session of ["a", "b", "c"]) {
      await rig.call("session.start", { session });
      rig.pass(1_000);
    }
    const first = await rig.call("session.list", { limit: 2 });
    const second = await rig.call("session.list", { limit: 2, cursor: first.page!.cursor! });
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(["c", "b", "a"]);
    await expect(rig.call("session.list", { cursor: "x" })).rejects.toMatchObject({ code: "INVALID_QUERY" });
  });
});
