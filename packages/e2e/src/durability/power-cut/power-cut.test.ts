import { describe, expect, it } from "vitest";
import { mayTrace } from "../traced.ts";
import { cutPower } from "./power-cut.ts";
import { recordCommands } from "./workloads.ts";

/** `npm run proof -- durability/power-cut` cuts it 500 times, and that of a server too. */
const [COUNT, SEED] = [8, 20_261_129];

describe.skipIf(!mayTrace())(`a power cut (seed ${SEED})`, () => {
  it("loses nothing acknowledged, and leaves nothing half done", async () => {
    expect(await cutPower(await recordCommands(), COUNT, SEED)).toEqual([]);
  }, 240_000);
});
