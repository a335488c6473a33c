/** What tests of a landing have in common: one gate, which is green of every tree. */
import type { UserRepository } from "../git/repository.ts";
import type { Gate } from "../model/gate.ts";
import { sampleReceipt } from "../model/sample-facts.ts";
import { type Landing, type LandingWish, land } from "./land.ts";

export const REF = "refs/heads/conductor/main";
const GATE: Gate = {
  ...{ id: "test", kind: "test", run: "true", when: [], phases: ["merged"], required: true, timeoutMs: 1000 },
  ...{ network: false, parse: "exit", minCoverage: null, minTests: 0, origin: "test" },
};

/** Lands a commit that was made on `base`; nobody has anything against it. */
export const landGreen = async (
  repository: UserRepository,
  base: string,
  commit: string,
  more: Partial<LandingWish> = {},
): Promise<Landing> =>
  land({
    repository,
    ref: REF,
    base,
    work: { commit, tree: await repository.treeOf(commit) },
    allow: async () => null,
    judge: async (tree) => ({ gates: [GATE], receipts: [sampleReceipt("receipt", { tree })] }),
    message: () => "feat: work\n",
    intend: async () => undefined,
    ...more,
  });
