import { it } from "vitest";
import { proofCount } from "../durability/seed.ts";
import { liveThroughNight } from "./night.ts";

/** PROOF_COUNT says how many tasks. */
it("a night of forty tasks is told as it was, by every screen", () => liveThroughNight(proofCount(40)));
