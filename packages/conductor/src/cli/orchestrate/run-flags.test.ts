import { describe, expect, it } from "vitest";
import { type RunFlags, runOptions } from "./run-flags.ts";

const now = new Date("2026-03-04T21:43:00Z");
const optionsOf = (flags: RunFlags, config = {}) =>
  runOptions(flags, config, { agent: "command", now, attended: false });

describe("the options of a run", () => {
  it("are careful where nothing is said", () => {
    expect(optionsOf({})).toMatchObject({ auto: false, budgetUsd: null, until: null, concurrency: 2, waitMs: 0 });
  });
  it("take the command line before the configuration", () => {
    const config = { "budget.session_usd": 60, "orchestration.concurrency": 4 };
    expect(optionsOf({}, config)).toMatchObject({ budgetUsd: 60, concurrency: 4 });
    expect(optionsOf({ budget: "$5", concurrency: "1" }, config)).toMatchObject({ budgetUsd: 5, concurrency: 1 });
  });
  it("understand a length of time and a date for --until", () => {
    expect(optionsOf({ until: "2h" }).until).toBe("2026-03-04T23:43:00.000Z");
    expect(optionsOf({ until: "2026-03-05T07:00:00Z" }).until).toBe("2026-03-05T07:00:00.000Z");
  });
  it("take a clock time as the next moment that the clock shows it", () => {
    const until = new Date(optionsOf({ until: "07:00" }).until!);
    expect([until.getHours(), until.getMinutes()]).toEqual([7, 0]);
    expect(until.getTime()).toBeGreaterThan(now.getTime());
    expect(until.getTime() - now.getTime()).toBeLessThanOrEqual(25 * 60 * 60_000);
  });
  it.each([
    [{ budget: "abc" }, "USAGE"],
    [{ budget: "0" }, "USAGE"],
    [{ budget: "-3" }, "USAGE"],
    [{ budget: "Infinity" }, "USAGE"],
    [{ budget: " " }, "USAGE"],
    [{ concurrency: "1.5" }, "USAGE"],
    [{ maxTasks: "0" }, "USAGE"],
    [{ until: "25:00" }, "INVALID_DATE"],
    [{ until: "07:75" }, "INVALID_DATE"],
    [{ until: "soon" }, "INVALID_DATE"],
    [{ until: "2020-01-01T00:00Z" }, "INVALID_DATE"],
    [{ wait: "x" }, "VALIDATION_FAILED"],
  ] as const)("refuse %o with %s", (flags, code) => {
    expect(() => optionsOf(flags)).toThrow(expect.objectContaining({ code }));
  });
});
