import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textOf } from "./part.ts";
import { type Column, table } from "./table.ts";
import { fit, pad, widthOf } from "./width.ts";

describe("widthOf", () => {
  it.each([
    ["plain", 5],
    ["你好", 4],
    ["ＡＢ", 4],
    ["e\u0301", 1],
    ["\u0301", 0],
    ["👍🏽", 2],
    ["👨‍👩‍👧", 2],
    ["🇩🇪", 2],
    ["❤️", 2],
    ["✅", 2],
    ["ｱ", 1],
    ["한글", 4],
    ["→…", 2],
  ])("%s takes %i cells", (text, cells) => {
    expect(widthOf(text)).toBe(cells);
  });
});

describe("fit and pad", () => {
  it("cuts at whole characters and marks the cut", () => {
    expect(fit("Retry with backoff", 10)).toBe("Retry w...");
    expect(fit("你好世界再见", 9)).toBe("你好世...");
    expect(fit("ab", 2)).toBe("ab");
    expect(fit("abcdef", 2)).toBe("..");
  });

  it("never exceeds the width, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.nat(30), (text, width) => {
        expect(widthOf(fit(text, width))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it("pads numbers on the left", () => {
    expect(pad("7", 3, "right")).toBe("  7");
    expect(pad("你", 3)).toBe("你 ");
  });
});

const COLUMNS: readonly Column[] = [
  { title: "ID" },
  { title: "TITLE", shrinks: true },
  { title: "N", side: "right" },
  { title: "NOTE", shrinks: true, from: 30 },
];
const lines = (rows: readonly (readonly string[])[], width: number): readonly string[] =>
  table(COLUMNS, rows, width).map((line) => line.map(textOf).join(""));

describe("table", () => {
  it("has any number of rows", () => {
    const rows = Array.from({ length: 200_000 }, () => ["x"]);
    expect(table([{ title: "ID" }], rows, 80)).toHaveLength(200_001);
  });

  it("aligns what it shows, wide characters too", () => {
    expect(
      lines(
        [
          ["TASK-001", "你好", "7", "x"],
          ["TASK-2", "Fix", "12", ""],
        ],
        80,
      ),
    ).toEqual(["ID        TITLE   N  NOTE", "TASK-001  你好    7  x", "TASK-2    Fix    12"]);
  });

  it("cuts title and note, never ids and numbers, and keeps to the width", () => {
    const cut = lines([["TASK-001", "A title that is far too long for this", "123456", "a note that is long"]], 40);
    expect(cut[1]).toBe("TASK-001  A title...  123456  a note...");
    expect(cut[1]!.length).toBeLessThanOrEqual(40);
  });

  it("leaves out the note where the screen is narrow", () => {
    expect(lines([["TASK-001", "Fix", "1", "gone"]], 25)).toEqual(["ID        TITLE  N", "TASK-001  Fix    1"]);
  });

  it("cuts nothing where the width has no end", () => {
    expect(lines([["T", "x".repeat(300), "1", ""]], Number.POSITIVE_INFINITY)[1]).toContain("x".repeat(300));
  });
});
