import { sanitise } from "@taskwerk/terminal/sanitise";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cells, cut, hanging, inParts, pad, spread, wrap } from "./layout.ts";
import { amount, duration, moment, momentAfter, money } from "./times.ts";

const words = fc.string({ unit: "grapheme", maxLength: 60 }).map((text) => text.replace(/\p{C}/gu, ""));

describe("columns", () => {
  it("count what a terminal shows: wide characters twice, marks not at all", () => {
    expect([cells("abc"), cells("請求書"), cells("🦊"), cells("e\u0301")]).toEqual([3, 6, 2, 1]);
  });

  it("never grow over their width", () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 0, max: 100 }), (text, width) => {
        expect(cells(cut(text, width))).toBeLessThanOrEqual(width);
        expect(cells(pad(text, width))).toBe(width);
      }),
    );
  });

  it("wrap every word and lose none", () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 20 }), fc.integer({ min: 10, max: 80 }), (parts, width) => {
        const text = sanitise(parts.join("  "));
        const lines = wrap(text, width);
        expect(lines.join(" ").split(/\s+/).filter(Boolean)).toEqual(text.split(/\s+/).filter(Boolean));
        for (const line of lines) if (/\s/.test(line)) expect(cells(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it("never break a part, and measure what is shown", () => {
    expect(inParts("  ", ["1 landed", "1 at work", "2 to go"], 24)).toEqual(["  1 landed   1 at work", "  2 to go"]);
    expect(inParts("  ", [], 24)).toEqual([]);
    expect(cut("\u001b[2Jred\n", 10)).toBe("red ");
    expect(cells(pad("\u001b]0;x\u0007\u202Ea", 12))).toBe(12);
  });

  it("put what stands right below when there is no room beside", () => {
    expect(spread("left", "right", 12)).toEqual(["left   right"]);
    expect(spread("left", "right", 10)).toEqual(["left", "     right"]);
    expect(hanging("  A  ", "one two three", 15)).toEqual(["  A  one two", "     three"]);
    expect(hanging("    ", "", 15)).toEqual([]);
  });
});

describe("figures", () => {
  it.each([
    [0, "0s"],
    [59_999, "59s"],
    [60_000, "1m"],
    [30_540_000, "8h 29m"],
    [7_200_000, "2h"],
    [90_000_000, "1d 1h"],
  ])("%d ms are %s", (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it.each([
    [null, "unknown"],
    [0, "$0.00"],
    [0.001, "$0.01"],
    [1.02, "$1.02"],
    [0.1 + 0.2, "$0.30"],
    [52.8, "$52.80"],
  ])("%s USD are %s", (usd, text) => {
    expect(money(usd)).toBe(text);
  });

  it.each([
    [812, "812"],
    [1000, "1k"],
    [4201, "4.3k"],
    [999_960, "1M"],
    [61_300_000, "61.3M"],
  ])("%d are %s", (n, text) => {
    expect(amount(n)).toBe(text);
  });

  it("tell a time in the reader's zone, with the day where it is another", () => {
    const start = "2026-11-20T21:43:00Z";
    expect(moment(start, "Europe/Vienna")).toBe("Fri 20 Nov 22:43");
    expect(momentAfter("2026-11-20T22:10:00Z", start, "UTC")).toBe("22:10");
    expect(momentAfter("2026-11-21T06:12:00Z", start, "UTC")).toBe("Sat 06:12");
    expect(momentAfter("2026-11-25T06:12:00Z", start, "UTC")).toBe("Wed 25 Nov 06:12");
    expect(moment("soon", "UTC")).toBe("soon");
  });
});
