import type { CheckReport } from "@taskwerk/contract/check";
import type { ClaimResult } from "@taskwerk/contract/claim";
import type { TaskEvent } from "@taskwerk/contract/event";
import type { LoggedOp } from "@taskwerk/contract/log";
import type { Task, TaskWrite } from "@taskwerk/contract/task";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeRig, type Rig } from "../rig.ts";
import { clocked, fakeClock } from "./clock.ts";

const library = fakeClock();
const at = { rig: undefined as unknown as Rig };
beforeEach(async () => {
  at.rig = await makeRig();
  await at.rig.data("init");
});
afterEach(() => at.rig.remove());

describe.skipIf(library === null)("a clock that jumps", () => {
  it("back and far ahead changes neither ids nor cursors nor the order of the log, nor what undo takes back", async () => {
    const { rig } = at;
    const { dataAt } = clocked(rig, library!);
    const moments = [
      "+0",
      "-1h",
      "+3d",
      "-2y",
      "2038-01-19 03:14:07",
      "2099-12-31 23:59:59",
      "1971-01-01 00:00:00",
      "+0",
    ];
    const ids: string[] = [];
    for (const moment of moments) {
      const { changed } = await dataAt<TaskWrite>(moment, "add", `at ${moment}`);
      ids.push(changed[0]!.id);
    }
    expect(ids).toEqual(moments.map((_, n) => `TASK-00${n + 1}`));
    const events = await rig.data<readonly TaskEvent[]>("events", "list", "--since", "0");
    const cursors = events.map(({ cursor }) => cursor);
    expect(cursors).toEqual([...new Set(cursors)].sort((a, b) => a - b));
    expect(events.filter(({ type }) => type === "task.created").map(({ subject }) => subject)).toEqual(ids);
    const since = await dataAt<readonly TaskEvent[]>("-1h", "events", "list", "--since", String(cursors.at(-2)));
    expect(since.map(({ cursor }) => cursor)).toEqual([cursors.at(-1)]);
    const log = await rig.data<readonly LoggedOp[]>("log");
    expect(log.map(({ seq }) => seq)).toEqual(moments.map((_, n) => moments.length - n));
    await dataAt("-5d", "update", "1", "-d", "the last of all");
    await dataAt("+1d", "undo");
    expect(await rig.data<Task>("show", "1")).toMatchObject({ description: null, title: "at +0" });
    expect(await rig.data<CheckReport>("db", "check")).toMatchObject({ ok: true, tasks: moments.length });
  }, 120_000);

  it("back by an hour ends no claim, nor does a heartbeat then; ahead by days it does, and only one has the task", async () => {
    const { rig } = at;
    const { at: run, dataAt } = clocked(rig, library!);
    await rig.data("add", "one");
    const { claim } = await rig.data<ClaimResult>("claim", "1", "--as", "first", "--lease", "15m");
    expect((await run("-1h", "claim", "1", "--as", "second")).code).toBe(8);
    await dataAt("-1h", "heartbeat", "1", "--claim", claim.token);
    expect((await rig.taskwerk("claim", "1", "--as", "second")).code).toBe(8);
    expect(await rig.data<Task>("show", "1")).toMatchObject({ claim: { by: "first", lease_until: claim.lease_until } });
    const taken = await dataAt<ClaimResult>("+3d", "claim", "1", "--as", "second");
    expect(taken.claim.fence).toBe(claim.fence + 1);
    const late = await rig.failure("done", "1", "--claim", claim.token);
    expect(late).toMatchObject({ code: "CLAIM_LOST", exit: 8 });
    expect((await rig.taskwerk("claim", "1", "--as", "third")).code).toBe(8);
    await rig.data("done", "1", "--claim", taken.claim.token);
  }, 120_000);

  it("back leaves nobody with less time than none", async () => {
    const { rig } = at;
    const { dataAt } = clocked(rig, library!);
    await rig.data("add", "one");
    await dataAt("+2h", "start", "1");
    await dataAt("+0", "done", "1");
    expect(await rig.data<Task>("show", "1")).toMatchObject({ actual_minutes: 0, status: "done" });
    await dataAt("-1d", "reopen", "1");
    await dataAt("-1d", "start", "1");
    await dataAt("-23h", "done", "1");
    expect((await rig.data<Task>("show", "1")).actual_minutes).toBeGreaterThanOrEqual(59);
    expect((await rig.data<Task>("show", "1")).actual_minutes).toBeLessThanOrEqual(61);
  }, 120_000);

  it("makes tasks overdue and not, as it says at the time", async () => {
    const { rig } = at;
    const { at: run } = clocked(rig, library!);
    await rig.data("add", "one", "--due", "+1d");
    const overdue = async (moment: string) => (await run(moment, "overdue", "-q")).stdout;
    expect([
      await overdue("+0"),
      await overdue("+2d"),
      await overdue("-1y"),
      await overdue("2099-01-01 00:00:00"),
    ]).toEqual(["", "TASK-001\n", "", "TASK-001\n"]);
  }, 120_000);

  it("copies the store once a day of whatever year, and loses nothing by it", async () => {
    const { rig } = at;
    const { at: run } = clocked(rig, library!);
    for (const moment of ["-1d", "+1d", "2099-12-31 12:00:00", "-1d"]) {
      expect(await run(moment, "add", `at ${moment}`)).toMatchObject({ code: 0, stderr: "" });
    }
    expect(await rig.data<readonly Task[]>("list")).toHaveLength(4);
    expect(await rig.data<CheckReport>("db", "check")).toMatchObject({ ok: true });
  }, 120_000);
});

describe.skipIf(library === null)("the days on which clocks are changed", () => {
  const due = async (moment: string, words: string): Promise<string | null> => {
    const { dataAt } = clocked(at.rig, library!, "Europe/Berlin");
    return (await dataAt<TaskWrite>(moment, "add", words, "--due", words)).changed[0]!.due_at;
  };

  it("end when they end where one is", async () => {
    // faketime reads a moment in the zone of the program: here it is 12:00 in Berlin.
    expect(await due("2027-03-27 12:00:00", "today")).toBe("2027-03-27T22:59:59.999Z");
    expect(await due("2027-03-27 12:00:00", "tomorrow")).toBe("2027-03-28T21:59:59.999Z");
    expect(await due("2027-03-27 12:00:00", "tomorrow 9am")).toBe("2027-03-28T07:00:00.000Z");
    expect(await due("2027-10-30 12:00:00", "tomorrow")).toBe("2027-10-31T22:59:59.999Z");
    expect(await due("2027-10-30 12:00:00", "2027-10-30")).toBe("2027-10-30T21:59:59.999Z");
  }, 120_000);

  it("let nothing be overdue an hour early or late", async () => {
    const { at: run } = clocked(at.rig, library!, "Europe/Berlin");
    await due("2027-03-27 12:00:00", "tomorrow");
    await due("2027-10-30 12:00:00", "tomorrow");
    const overdue = async (moment: string) => (await run(moment, "overdue", "-q")).stdout;
    expect(await overdue("2027-03-28 23:59:00")).toBe("");
    expect(await overdue("2027-03-29 00:00:01")).toBe("TASK-001\n");
    expect(await overdue("2027-10-31 23:59:00")).toBe("TASK-001\n");
    expect((await overdue("2027-11-01 00:00:01")).split("\n").sort()).toEqual(["", "TASK-001", "TASK-002"]);
  }, 120_000);
});
