import { describe, expect, it } from "vitest";
import { nextRung } from "./ladder.ts";

describe("the ladder", () => {
  it("takes each rung once, and stays on the last", () => {
    const taken: Parameters<typeof nextRung>[0] & unknown[] = [];
    const rungs = Array.from({ length: 6 }, () => {
      const { rung } = nextRung(taken, {});
      taken.push(rung);
      return rung;
    });
    expect(rungs).toEqual(["nudge", "fresh", "other-agent", "split", "blocked", "blocked"]);
  });

  it("passes over what cannot be done, and says why", () => {
    expect(nextRung(["nudge", "fresh"], { "other-agent": "none is configured", split: "no planner" })).toEqual({
      rung: "blocked",
      skipped: ["other-agent: none is configured", "split: no planner"],
    });
    expect(nextRung([], { nudge: "it cannot hear" })).toEqual({ rung: "fresh", skipped: ["nudge: it cannot hear"] });
  });

  it("never goes down again", () => {
    expect(nextRung(["fresh"], {}).rung).toBe("other-agent");
  });
});
