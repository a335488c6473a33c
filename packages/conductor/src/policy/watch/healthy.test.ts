import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readTrace, replay } from "../../test-support/traces.ts";

/** Recorded from real runs: `RECORD_TRACES=1 npx vitest run packages/e2e/src/runs/loops.test.ts packages/e2e/src/demo/demo.test.ts`. */
const dir = join(import.meta.dirname, "fixtures/healthy");
const traces = readdirSync(dir).filter((name) => name.endsWith(".jsonl"));

describe("agents that were in no loop", () => {
  it("are twenty at least", () => expect(traces.length).toBeGreaterThanOrEqual(20));

  it.each(traces)("as in %s are let alone", (name) => {
    const told = readTrace(join(dir, name));
    expect(told.some((one) => "event" in one && one.event.type === "tool")).toBe(true);
    expect(replay(told)).toEqual([]);
  });

  it("would not be, were the thresholds lower: the traces do hold repetitions", () => {
    const low = { sameResult: 2, sameError: 2, pollTimes: 2, pollMs: 0, cycleTimes: 2, treeReturns: 1 };
    const noticed = traces.filter((name) => replay(readTrace(join(dir, name)), low).length > 0);
    expect(noticed.length).toBeGreaterThanOrEqual(5);
  });
});
