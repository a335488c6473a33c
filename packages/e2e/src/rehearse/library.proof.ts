/** The scenarios that take longer, each with several seeds: PROOF_COUNT says how many, PROOF_SEED which comes first. */
import { describe, expect, it } from "vitest";
import { PROOF_SEED, proofCount } from "../durability/seed.ts";
import { expectLanded, played } from "./played.ts";

const seeds = Array.from({ length: proofCount(3) }, (_, at) => PROOF_SEED + at);

describe.each(seeds)("with seed %d", (one) => {
  it("conflict-storm: every line is there once, whoever came late", async () => {
    await played("conflict-storm", one, (story) => {
      const titles = ["red", "green", "blue"].map((name) => `Add ${name} to colours`);
      expectLanded(story, [...titles, ...["ash", "beech", "cedar"].map((name) => `Add ${name} to trees`)]);
      const lines = (file: string) => story.git("show", `conductor/main:rehearsal/${file}.txt`).split("\n").sort();
      expect(lines("colours")).toEqual(["alpha", "blue", "green", "omega", "red"]);
      expect(lines("trees")).toEqual(["alpha", "ash", "beech", "cedar", "omega"]);
      expect(story.events.filter(({ type }) => type === "conflict.met").length).toBeGreaterThan(0);
    });
  });

  it("crash-storm: it ends where an undisturbed run does", async () => {
    await played("crash-storm", one, (story) => {
      expectLanded(story, ["Make alpha", "Make beta", "Make gamma", "Ask before making"]);
      expect(story.git("grep", "-h", "", "conductor/main", "--", "rehearsal/").split("\n").sort()).toEqual([
        "alpha",
        "beta",
        "gamma",
        "sqlite",
      ]);
      expect(story.data.kills.length).toBeGreaterThanOrEqual(2);
      // Each kill is seen: what was begun and not ended was gone on with.
      const resumed = story.events.filter(({ type, status }) => type === "session.status" && status === "active");
      expect(resumed.length).toBeGreaterThanOrEqual(1);
      for (const { event, side } of story.data.kills)
        expect(story.events.some(({ seq }) => seq === (side === "after" ? event : event - 1))).toBe(true);
    });
  });
});
