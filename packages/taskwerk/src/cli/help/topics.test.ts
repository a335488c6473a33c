import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { VARIABLES } from "./environment.ts";
import { TOPICS } from "./topics.ts";

describe.each(TOPICS)("help $name", ({ load }) => {
  it("keeps to 86 columns of plain text", async () => {
    for (const line of await load()) {
      expect(line).toMatch(/^[ -~]*$/);
      expect(line.length, line).toBeLessThanOrEqual(86);
    }
  });
});

it("no two topics have a word in common", () => {
  const words = TOPICS.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  expect(new Set(words).size).toBe(words.length);
});

it("help environment names every variable that a source reads", () => {
  const packages = fileURLToPath(new URL("../../../../", import.meta.url));
  const read = ["taskwerk/src", "terminal/src"].flatMap((name) =>
    readdirSync(join(packages, name), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.tsx?$/.test(path) && !/test|\.proof\./.test(path))
      .flatMap((path) => [...readFileSync(join(packages, name, path), "utf8").matchAll(/\benv\.([A-Z][A-Z_]+)/g)])
      .map(([, variable]) => variable),
  );
  expect(read.length).toBeGreaterThan(5);
  const known = VARIABLES.map(({ name }) => name);
  expect(read.filter((name) => !known.includes(name!))).toEqual([]);
});
