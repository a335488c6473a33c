import { defineConfig } from "vitest/config";

/** `npm run test:agents`: real agents, where they are installed, against a scripted model; see docs/CONTRIBUTING.md. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["src/**/*.agents.ts", "../conductor/src/**/*.agents.ts"],
    testTimeout: 10 * 60_000,
    maxWorkers: 1,
  },
});
