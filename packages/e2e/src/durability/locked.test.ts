import { setTimeout as sleep } from "node:timers/promises";
import type { CheckReport } from "@taskwerk/contract/check";
import type { LoggedOp } from "@taskwerk/contract/log";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeRig, type Rig } from "../rig.ts";
import { holdUpImport } from "./held-up.ts";
import { mayTrace } from "./traced.ts";

const at = { rig: undefined as unknown as Rig };
beforeEach(async () => {
  at.rig = await makeRig();
  await at.rig.data("init");
  await at.rig.data("add", "first");
});
afterEach(() => at.rig.remove());

describe.skipIf(!mayTrace())("a store that another command is writing", () => {
  it("is read at once as it was, and written when the other is done", async () => {
    const { rig } = at;
    const { end, signal } = await holdUpImport(rig);
    const adding = rig.taskwerk("add", "second", "-q");
    expect((await rig.taskwerk("list", "-q")).stdout).toBe("TASK-001\n");
    await sleep(1000);
    signal("SIGCONT");
    expect(await adding).toEqual({ code: 0, stdout: "TASK-1002\n", stderr: "" });
    expect(await end).toMatchObject({ code: 0 });
    const log = await rig.data<readonly LoggedOp[]>("log");
    expect(log.map(({ command }) => command)).toEqual(["task.add", "task.import", "task.add"]);
    expect(await rig.data<CheckReport>("db", "check")).toMatchObject({ ok: true, tasks: 1002, ops: 3 });
  }, 120_000);
});
