import { describe, it } from "vitest";
import { countersAgree } from "../operations/test-counters.ts";

const seed = Number(process.env.PROOF_SEED ?? Date.now() % 1_000_000);
const count = Number(process.env.PROOF_COUNT ?? 500);

describe(`counters and the ready view over ${count} random stories (PROOF_SEED=${seed})`, () => {
  it("agree with a plain model after every change", () => countersAgree(count, seed));
});
