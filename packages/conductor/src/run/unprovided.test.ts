import { expect, it } from "vitest";
import { unprovided } from "./unprovided.ts";

const lacks = async (files: Readonly<Record<string, string>>): Promise<string | undefined> => {
  const repository = {
    listFiles: async () => Object.keys(files),
    readFile: async (_: string, path: string) => (files[path] === undefined ? null : Buffer.from(files[path])),
  };
  return (await unprovided(repository, "HEAD"))?.cure;
};
const ASKS = JSON.stringify({ devDependencies: { vitest: "4" } });

it("names what installs packages that a lockfile names and git does not hold", async () => {
  expect(await lacks({ "package.json": ASKS, "package-lock.json": "{}" })).toContain('setup.run "npm ci"');
  expect(await lacks({ "package.json": ASKS, "pnpm-lock.yaml": "" })).toContain("pnpm install --frozen-lockfile");
  expect(await lacks({ "go.mod": "module x", "go.sum": "" })).toContain('setup.run "go mod vendor"');
});

it("asks for nothing where nothing is missing", async () => {
  expect(await lacks({ "package.json": "{}", "package-lock.json": "{}" })).toBeUndefined();
  expect(await lacks({ "package.json": ASKS, "package-lock.json": "", "node_modules/vitest/x": "" })).toBeUndefined();
  expect(await lacks({ "go.mod": "module x", "go.sum": "", "vendor/modules.txt": "" })).toBeUndefined();
  expect(await lacks({ "go.mod": "module x" })).toBeUndefined();
});
