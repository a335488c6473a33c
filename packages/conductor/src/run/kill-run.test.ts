import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootId, startTimeOf } from "@taskwerk/contract/is-running";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Driver } from "../journal/driver.ts";
import { type Journal, openJournal } from "../journal/journal.ts";
import { sampleSession } from "../model/sample-facts.ts";
import { killRun } from "./kill-run.ts";

let root: string;
let journal: Journal;
let child: ChildProcess;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "kill-run-"));
  journal = await openJournal(root, { now: () => new Date(), create: true });
  await journal.append([{ type: "session.started", session: sampleSession() }]);
  child = spawn("sleep", ["600"], { stdio: "ignore" });
});
afterEach(async () => {
  child.kill("SIGKILL");
  await journal.close();
  rmSync(root, { recursive: true, force: true });
});

const kill = async (startTime: string | null, pid = child.pid!): Promise<void> => {
  const session = sampleSession().id;
  const driver: Driver = { pid, startTime, bootId: bootId(), holder: "x", session, since: "then" };
  await killRun({ journal, stateDir: root }, driver, "it was deaf");
};

describe("a run that is killed", () => {
  it("ends its conductor, and is written down as paused", async () => {
    const ended = new Promise((resolve) => child.once("exit", (_, signal) => resolve(signal)));
    await kill(startTimeOf(child.pid!));
    expect(await ended).toBe("SIGKILL");
    expect((await journal.state()).sessions.get(sampleSession().id)).toMatchObject({ status: "paused" });
  });

  it("ends nobody who has got its number since", async () => {
    await kill("1");
    expect(startTimeOf(child.pid!)).toMatch(/^\d+$/);
  });

  it("is not said to be when its conductor lives on", async () => {
    await expect(kill(startTimeOf(1), 1)).rejects.toMatchObject({ code: "SESSION_ACTIVE" });
    expect((await journal.state()).sessions.get(sampleSession().id)).toMatchObject({ status: "active" });
  });

  it("keeps what it has said of its own end", async () => {
    const session = sampleSession().id;
    await journal.append([{ type: "session.ended", session, status: "completed", reason: null, metrics: {} }]);
    await kill(startTimeOf(child.pid!));
    expect((await journal.state()).sessions.get(session)).toMatchObject({ status: "completed" });
  });
});
