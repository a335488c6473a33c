import { describe, expect, it } from "vitest";
import { CHANGES, setStage } from "./at-each-call.ts";
import { canFail, FAILING, FAILURES, failedAt } from "./faults.ts";
import { mayTrace } from "./traced.ts";

/** Of calls of one name on one file so many, from the first to the last: an import writes hundreds of pages alike. */
const MOST_ALIKE = Number(process.env.PROOF_COUNT ?? 60);

describe.skipIf(!mayTrace())("a disk that fails at a call", () => {
  it.each(
    Object.entries(CHANGES).flatMap(([name, change]) => FAILURES.map((failure) => [name, failure, change] as const)),
  )(
    "in %s with %s ends it with exit 5 and words, all or nothing, and the next command works",
    async (name, failure, change) => {
      const stage = await setStage(change, FAILING);
      const wrong: string[] = [];
      let tried = 0;
      try {
        const counts = new Map<string, number>();
        const all = stage.calls.filter((call) => canFail(call, failure));
        for (const { call } of all) counts.set(call, (counts.get(call) ?? 0) + 1);
        const seen = new Map<string, number>();
        for (const call of all) {
          const index = seen.get(call.call) ?? 0;
          seen.set(call.call, index + 1);
          if (index % Math.ceil(counts.get(call.call)! / MOST_ALIKE) !== 0) continue;
          // No program of which not one file can be opened says anything.
          for (const onwards of call.call === "openat" ? [false] : [false, true]) {
            tried += 1;
            const problem = await failedAt(stage, call, failure, onwards);
            if (problem !== null)
              wrong.push(`${call.call} ${call.nth}${onwards ? " and on" : ""} (${call.line}): ${problem}`);
          }
        }
        process.stdout.write(`${name}: ${failure} ${tried} times, ${wrong.length} wrong\n`);
      } finally {
        await stage.rig.remove();
      }
      expect(wrong).toEqual([]);
    },
  );
});
