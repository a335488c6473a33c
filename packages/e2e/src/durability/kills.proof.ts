import { expect, it } from "vitest";
import { killWriters } from "./kills.ts";
import { PROOF_SEED, proofCount } from "./seed.ts";

const COUNT = proofCount(200);

it(`of 4 writers ${COUNT} are killed in the middle: nothing acknowledged is lost, nothing half done (PROOF_SEED=${PROOF_SEED})`, async () => {
  const { commands, done, retried, nothing, unsaid, said } = await killWriters(COUNT, PROOF_SEED);
  process.stdout.write(
    `seed ${PROOF_SEED}: ${COUNT} killed: ${nothing} before anything, ${unsaid} after it had happened, ${said} after they had said so, ${retried} said again under their key and done once; ${done} were faster; ${commands} commands in all\n`,
  );
  expect(retried + nothing + unsaid + said).toBe(COUNT);
});
