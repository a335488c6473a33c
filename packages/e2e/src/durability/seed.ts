/** What a proof draws its cases from. PROOF_SEED replays one, PROOF_COUNT says how many cases. */
export const PROOF_SEED = Number(process.env.PROOF_SEED ?? Date.now() % 1_000_000_000);

/** How many cases a proof tries. */
export const proofCount = (usual: number): number => Number(process.env.PROOF_COUNT ?? usual);
