import { describe, expect, it } from "vitest";
import { CHANGES, killedAt } from "./at-each-call.ts";
import { lookAfterEach } from "./standing-still.ts";
import { mayTrace, WRITING } from "./traced.ts";
import { onStages, spread } from "./trials.ts";

/** Of calls of one name on one file so many are killed; the files are looked at after each. */
const MOST_ALIKE = Number(process.env.PROOF_COUNT ?? 30);

describe.skipIf(!mayTrace())("killed at every call that changes a file", () => {
  it.each(Object.entries(CHANGES))("%s happens whole or not at all", async (name, change) => {
    const killed = await onStages(change, WRITING, async (stage, tell, share, of) => {
      const calls = spread(stage.calls, MOST_ALIKE).filter((_, n) => n % of === share);
      for (const call of calls) tell(call, await killedAt(stage, call));
    });
    process.stdout.write(`${name}: killed at ${killed.tried} of ${killed.calls} calls, ${killed.wrong.length} wrong\n`);
    expect(killed.wrong).toEqual([]);
    expect(killed.tried).toBeGreaterThan(0);
    if (killed.tried === killed.calls) return;
    const seen = await onStages(change, WRITING, lookAfterEach);
    process.stdout.write(`${name}: looked at after ${seen.tried} of ${seen.calls} calls, ${seen.wrong.length} wrong\n`);
    expect(seen.wrong).toEqual([]);
    expect(seen.tried).toBe(seen.calls);
  });
});
