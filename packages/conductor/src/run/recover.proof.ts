/** Dies before ten thousand steps of runs in a world in memory; the real recovery has to bring each to its end. */
import { expect, it } from "vitest";
import { sweepRecovery } from "../test-support/recovery-sweep.ts";

const SEED = Number(process.env.PROOF_SEED ?? Date.now() % 1_000_000_000);
const COUNT = Math.max(10_000, Number(process.env.PROOF_COUNT ?? 0));

it(`a run that dies before any of ${COUNT} steps ends as if it had not (PROOF_SEED=${SEED})`, async () => {
  const { runs, wrong } = await sweepRecovery(SEED, COUNT);
  expect(wrong).toEqual([]);
  expect(runs).toBe(COUNT);
});
