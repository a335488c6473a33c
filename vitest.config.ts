import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

const packages = readdirSync("packages").filter((name) => existsSync(`packages/${name}/package.json`));

export default defineConfig({
  test: {
    // Bounds on what hangs, for slow machines too: what takes long and ends is no fault.
    testTimeout: 90_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: 3, // on two cores too: a story waits for the processes that it starts more than it computes
    passWithNoTests: true,
    tags: [{ name: "long", description: "one more of a kind, or long: npm run test:long has it, npm test has not" }],
    projects: packages.map((name) => ({
      extends: true,
      test: {
        name,
        root: `packages/${name}`,
        include: ["**/*.test.{ts,tsx}"],
        exclude: ["**/node_modules/**", "**/dist/**", "**/fixtures/**"],
        ...(name === "e2e" ? { globalSetup: [resolve("packages", name, "src/typed-everything.ts")] } : {}),
      },
    })),
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**/*.{ts,tsx}"],
      exclude: ["**/*.test.*", "packages/e2e/**"],
    },
  },
});
