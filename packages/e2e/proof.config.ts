import { defineConfig } from "vitest/config";

/** `npm run proof`: the long ones. PROOF_SEED replays, PROOF_COUNT says how many. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["src/**/*.proof.ts", "../conductor/src/**/*.proof.ts", "../taskwerk/src/**/*.proof.ts"],
    testTimeout: 24 * 60 * 60_000,
    hookTimeout: 10 * 60_000,
    maxWorkers: 1,
  },
});
