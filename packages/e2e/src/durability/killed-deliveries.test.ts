import { expect, it } from "vitest";
import { killDeliveries } from "./killed-deliveries.ts";

/** `npm run proof -- durability/killed-deliveries` kills 200. */
const [COUNT, SEED] = [8, 20_261_129];

it(`of writers and deliverers ${COUNT} are killed: every event arrives under one id, and nothing else does (seed ${SEED})`, async () => {
  const { events, posts } = await killDeliveries(COUNT, SEED);
  expect(posts).toBeGreaterThanOrEqual(events);
}, 180_000);
