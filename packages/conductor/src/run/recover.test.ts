import { expect, it } from "vitest";
import { sweepRecovery } from "../test-support/recovery-sweep.ts";

/** `npm run proof` dies ten thousand times. */
const SEED = 20_261_128;

it(`a run that dies before any of its steps ends as if it had not (seed ${SEED})`, async () => {
  const { runs, wrong } = await sweepRecovery(SEED, 300);
  expect(wrong).toEqual([]);
  expect(runs).toBe(300);
});
