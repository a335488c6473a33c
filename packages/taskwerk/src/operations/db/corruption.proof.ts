import { expect, it } from "vitest";
import { damage } from "./test-corruption.ts";

const seed = Number(process.env.PROOF_SEED ?? Date.now() % 1_000_000);
const count = Number(process.env.PROOF_COUNT ?? 100);

it(`db check notices at least 95 of 100 damages of 16 random bytes (PROOF_SEED=${seed})`, async () => {
  const { found, unused, missed } = await damage(count, seed);
  console.log(
    `seed ${seed}: ${found} of ${count} found, missed at [${missed.join(", ")}]; ${unused} more hit bytes that hold nothing`,
  );
  expect(found).toBeGreaterThanOrEqual(Math.ceil(count * 0.95));
});
