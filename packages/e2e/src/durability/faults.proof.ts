import { describe, expect, it } from "vitest";
import { CHANGES, type Stage } from "./at-each-call.ts";
import { canFail, FAILING, FAILURES, failedAt } from "./faults.ts";
import { type Call, mayTrace } from "./traced.ts";
import { onStages, spread } from "./trials.ts";

/** Of calls of one name on one file so many, from the first to the last: an import writes hundreds of pages alike. */
const MOST_ALIKE = Number(process.env.PROOF_COUNT ?? 30);

describe.skipIf(!mayTrace())("a disk that fails at a call", () => {
  it.each(
    Object.entries(CHANGES).flatMap(([name, change]) => FAILURES.map((failure) => [name, failure, change] as const)),
  )(
    "in %s with %s ends it with exit 5 and words, all or nothing, and the next command works",
    async (name, failure, change) => {
      const { tried, wrong } = await onStages(change, FAILING, async (stage, tell, share, of) => {
        const trials = trialsOf(stage, failure).filter((_, n) => n % of === share);
        for (const { call, onwards } of trials) tell(call, await failedAt(stage, call, failure, onwards));
      });
      process.stdout.write(`${name}: ${failure} ${tried} times, ${wrong.length} wrong\n`);
      expect(wrong).toEqual([]);
      expect(tried).toBeGreaterThan(0);
    },
  );
});

interface Trial {
  readonly call: Call;
  /** All later ones of the name too. */
  readonly onwards: boolean;
}

/** Each call that can fail so, alone and with all that follow. */
const trialsOf = ({ calls }: Stage, failure: (typeof FAILURES)[number]): readonly Trial[] =>
  spread(
    calls.filter((call) => canFail(call, failure)),
    MOST_ALIKE,
  ).flatMap((call) => {
    // No program of which not one file can be opened says anything.
    const ways = call.call === "openat" ? [false] : [false, true];
    return ways.map((onwards) => ({ call, onwards }));
  });
