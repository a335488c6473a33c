import { afterAll, beforeAll, expect, it } from "vitest";
import { makeTarget, type Target } from "./fuzz-api.ts";

/** The same calls each time; `npm run proof` makes others, and more. */
const SEED = 20_261_129;
const RUNS = 8;

let target: Target;
beforeAll(async () => {
  target = await makeTarget();
});
afterAll(() => target?.close());

it("every address of the OpenAPI document answers as the document says, whatever it is sent, and has no defect", async () => {
  expect(target.addresses.length).toBeGreaterThan(50);
  expect(await target.attack({ runs: RUNS, seed: SEED })).toEqual([]);
  expect((await target.rig.taskwerk("db", "check")).code).toBe(0);
}, 240_000);
