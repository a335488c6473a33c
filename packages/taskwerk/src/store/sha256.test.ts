import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "./sha256.ts";

const ours = (texts: readonly string[]): string => {
  const sum = sha256();
  for (const text of texts) sum.add(text);
  return sum.end();
};
const theirs = (texts: readonly string[]): string => createHash("sha256").update(texts.join("")).digest("hex");

describe("sha256", () => {
  it("knows the standard's own examples", () => {
    expect(ours([])).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(ours(["abc"])).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  it("agrees with node:crypto on any text", () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: "grapheme" })), (texts) => ours(texts) === theirs(texts)));
  });

  it("agrees at every length around the blocks, and where it hands over", () => {
    for (let length = 0; length < 200; length += 1)
      expect(ours(["x".repeat(length)])).toBe(theirs(["x".repeat(length)]));
    for (const length of [8_191, 8_192, 8_193, 100_000]) {
      const texts = ["é", "y".repeat(length), "end"];
      expect(ours(texts)).toBe(theirs(texts));
    }
  });
});
