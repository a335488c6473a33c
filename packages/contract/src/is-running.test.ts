import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { bootId, isRunning, startTimeOf } from "./is-running.ts";
import { processStart } from "./process-start.ts";

const UNKNOWN = ["", null];
const pid = process.pid;

describe("a process", () => {
  it("of the number, the start and the boot that are known of it is running, and what is not known is no proof against it", () => {
    for (const startTime of [startTimeOf(pid), ...UNKNOWN])
      for (const boot of [bootId(), ...UNKNOWN]) expect(isRunning({ pid, startTime, bootId: boot })).toBe(true);
    expect(isRunning({ pid })).toBe(true);
  });

  it("is gone when nobody has its number", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    await once(child, "exit");
    expect([isRunning({ pid: child.pid! }), startTimeOf(child.pid!)]).toEqual([false, ""]);
    expect(await processStart(child.pid!)).toBeNull();
  });

  it.each([0, -1, 1.5, Number.NaN])("has no number like %d", (number) => {
    expect(isRunning({ pid: number })).toBe(false);
  });

  it("of another user is running", () => {
    expect(isRunning({ pid: 1 })).toBe(true);
  });
});

describe.skipIf(!existsSync("/proc/self/stat"))("where the system says when a process began", () => {
  const parents: ReturnType<typeof spawn>[] = [];
  afterEach(() => {
    for (const parent of parents.splice(0)) parent.kill("SIGKILL");
  });

  it("one is gone when its number belongs to another one, or the machine was started anew", () => {
    expect(isRunning({ pid, startTime: "1", bootId: bootId() })).toBe(false);
    expect(isRunning({ pid, startTime: startTimeOf(pid), bootId: "another boot" })).toBe(false);
  });

  it("one that only waits to be reaped is gone", async () => {
    // The shell becomes a program that never asks after its child.
    const parent = spawn("sh", ["-c", "sleep 0.3 & echo $!; exec sleep 1000"], { stdio: ["ignore", "pipe", "ignore"] });
    parents.push(parent);
    const [said] = await once(parent.stdout, "data");
    const child = Number(String(said));
    const began = startTimeOf(child);
    expect(began).toMatch(/^\d+$/);
    await expect.poll(() => startTimeOf(child), { timeout: 30_000 }).toBe("");
    expect(process.kill(child, 0)).toBe(true);
    for (const startTime of [began, ...UNKNOWN]) expect(isRunning({ pid: child, startTime })).toBe(false);
    expect(await processStart(child)).toBeNull();
  });
});
