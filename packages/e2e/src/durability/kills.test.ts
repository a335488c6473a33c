import { expect, it } from "vitest";
import { killWriters } from "./kills.ts";

/** `npm run proof -- durability/kills` kills 200. */
const [COUNT, SEED] = [6, 20_261_129];

it(`of 4 writers ${COUNT} are killed in the middle: nothing acknowledged is lost, nothing half done (seed ${SEED})`, async () => {
  expect((await killWriters(COUNT, SEED)).commands).toBeGreaterThan(COUNT);
}, 120_000);
