import { expect, it } from "vitest";
import { killServer } from "./killed-server.ts";

/** `npm run proof -- durability/killed-server` kills 20 times. */
const [COUNT, SEED] = [3, 20_261_130];

it(`a server is killed ${COUNT} times under 50 writes a second: each key is applied once, each event heard once (seed ${SEED})`, async () => {
  expect((await killServer(COUNT, SEED)).retries).toBeGreaterThan(0);
}, 120_000);
