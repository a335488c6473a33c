import { expect, it } from "vitest";
import { killServer } from "./killed-server.ts";
import { PROOF_SEED, proofCount } from "./seed.ts";

const COUNT = proofCount(20);

it(`a server is killed ${COUNT} times under 50 writes a second: each key is applied once, each event heard once (PROOF_SEED=${PROOF_SEED})`, async () => {
  const { kills, writes, retries, events, reconnects } = await killServer(COUNT, PROOF_SEED);
  process.stdout.write(
    `seed ${PROOF_SEED}: ${kills} kills, ${writes} keys, each applied once (${retries} calls sent again); ${events} events, each heard once over ${reconnects} connections\n`,
  );
  expect(kills).toBe(COUNT);
});
