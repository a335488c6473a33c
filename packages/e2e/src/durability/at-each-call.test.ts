import { randomOf } from "@taskwerk/rehearsal/seeded/random";
import { describe, expect, it } from "vitest";
import { CHANGES, killedAt, setStage } from "./at-each-call.ts";
import { mayTrace } from "./traced.ts";

/** `npm run proof -- durability/at-each-call` takes all of them. */
const [CALLS, SEED] = [1, 20_261_129];

describe.skipIf(!mayTrace())(`killed at a call that changes a file (seed ${SEED})`, () => {
  it.each(Object.entries(CHANGES))(
    "%s happens whole or not at all",
    async (_, change) => {
      const stage = await setStage(change);
      try {
        for (const call of randomOf(SEED).some(stage.calls, Math.min(CALLS, stage.calls.length))) {
          expect(await killedAt(stage, call), call.line).toBeNull();
        }
      } finally {
        await stage.rig.remove();
      }
    },
    120_000,
  );
});
