import { afterAll, beforeAll, expect, it } from "vitest";
import { makeTarget, type Target } from "./fuzz-api.ts";

const SEED = Number(process.env.PROOF_SEED ?? Math.floor(Math.random() * 2 ** 31));
const RUNS = Number(process.env.PROOF_COUNT ?? 400);

let target: Target;
beforeAll(async () => {
  target = await makeTarget();
});
afterAll(() => target?.close());

it(`every address answers as the OpenAPI document says (PROOF_SEED=${SEED}, ${RUNS} calls each)`, async () => {
  expect(await target.attack({ runs: RUNS, seed: SEED })).toEqual([]);
  expect((await target.rig.taskwerk("db", "check")).code).toBe(0);
});
