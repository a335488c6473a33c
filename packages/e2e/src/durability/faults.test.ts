import { randomOf } from "@taskwerk/rehearsal/seeded/random";
import { describe, expect, it } from "vitest";
import { CHANGES, setStage } from "./at-each-call.ts";
import { canFail, FAILING, FAILURES, failedAt } from "./faults.ts";
import { mayTrace } from "./traced.ts";

/** `npm run proof -- durability/faults` takes all of them. */
const SEED = 20_261_129;

describe.skipIf(!mayTrace())(`a disk that fails at a call (seed ${SEED})`, () => {
  it.each(["the first add of a day", "init", "db restore"])(
    "in %s ends it with exit 5 and words, all or nothing, and the next command works",
    async (name) => {
      const stage = await setStage(CHANGES[name]!, FAILING);
      const random = randomOf(SEED);
      try {
        for (const failure of FAILURES) {
          const call = random.pick(stage.calls.filter((one) => canFail(one, failure)));
          expect(await failedAt(stage, call, failure, false), `${failure} at ${call.line}`).toBeNull();
        }
      } finally {
        await stage.rig.remove();
      }
    },
    120_000,
  );
});
