import { expect, it } from "vitest";
import { killDeliveries } from "./killed-deliveries.ts";
import { PROOF_SEED, proofCount } from "./seed.ts";

const COUNT = proofCount(200);

it(`of writers and deliverers ${COUNT} are killed: every event arrives under one id, and nothing else does (PROOF_SEED=${PROOF_SEED})`, async () => {
  const { events, posts, doubles, writersKilled, deliverersKilled } = await killDeliveries(COUNT, PROOF_SEED);
  process.stdout.write(
    `seed ${PROOF_SEED}: ${writersKilled} writers and ${deliverersKilled} deliverers killed; ${events} events, all arrived under one id each; ${posts} posts, ${doubles} of them again\n`,
  );
  expect(posts).toBeGreaterThanOrEqual(events);
});
