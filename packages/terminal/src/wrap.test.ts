import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { widthOf } from "./width.ts";
import { wrap } from "./wrap.ts";

describe("wrap", () => {
  it("breaks between words, and keeps a line that fits as it is", () => {
    expect(wrap("one  two three", 40)).toEqual(["one  two three"]);
    expect(wrap("one two three four", 9)).toEqual(["one two", "three", "four"]);
    expect(wrap("one two", Number.POSITIVE_INFINITY)).toEqual(["one two"]);
    expect(wrap("", 9)).toEqual([""]);
  });

  it("lets what belongs to an indent or a list item stand below it", () => {
    expect(wrap("  one two three", 9)).toEqual(["  one two", "  three"]);
    expect(wrap("- one two three", 9)).toEqual(["- one two", "  three"]);
    expect(wrap("12. one two three", 11)).toEqual(["12. one two", "    three"]);
  });

  it("counts what is taken on the first line already", () => {
    expect(wrap("one two three", 9, 5)).toEqual(["one", "two three"]);
    expect(wrap("one two", 9, 8)).toEqual(["", "one two"]);
  });

  it("leaves a word whole that is longer than a line", () => {
    expect(wrap("see https://example.org/a/long/path now", 12)).toEqual([
      "see",
      "https://example.org/a/long/path",
      "now",
    ]);
  });

  it("loses no word, and no line is too long that has two", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "-", "1", ".", "你", "é"), minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.array(word), fc.integer({ min: 20, max: 60 }), fc.nat(30), (words, width, used) => {
        const lines = wrap(words.join(" "), width, used);
        expect(lines.flatMap((line) => line.split(/ +/).filter((one) => one !== ""))).toEqual(words);
        for (const [index, line] of lines.entries()) {
          if (line.trim().split(/ +/).length < 2) continue;
          expect(widthOf(line)).toBeLessThanOrEqual(index === 0 ? width - used : width);
        }
      }),
    );
  });
});
