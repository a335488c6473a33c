import { describe, expect, it } from "vitest";
import { PROOF_SEED, proofCount } from "../seed.ts";
import { mayTrace } from "../traced.ts";
import { cutPower } from "./power-cut.ts";
import { recordCommands, recordServer } from "./workloads.ts";

const COUNT = proofCount(500);

describe.skipIf(!mayTrace())(`${COUNT} power cuts (PROOF_SEED=${PROOF_SEED})`, () => {
  it.each([
    ["commands", recordCommands],
    ["a server", recordServer],
  ] as const)("that hit %s lose nothing acknowledged, and leave nothing half done", async (name, record) => {
    const workload = await record();
    const wrong = await cutPower(workload, COUNT, PROOF_SEED);
    process.stdout.write(
      `seed ${PROOF_SEED}: ${COUNT} power cuts in ${workload.ops.length} operations of ${name}, ${wrong.length} wrong\n`,
    );
    expect(wrong).toEqual([]);
  });
});
