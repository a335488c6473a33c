import { describe, expect, it } from "vitest";
import type { Block } from "../block.ts";
import { addressOf, quoteOf, spanOfAddress } from "../document.ts";
import { readPdf } from "./read-pdf.ts";
import { pagesOf, printed } from "./sample-pdf.ts";

const read = (...pages: readonly string[]) => readPdf(new Uint8Array(pagesOf(pages)));
const seen = (blocks: readonly Block[]): readonly unknown[] =>
  blocks.map((block) =>
    block.kind === "table"
      ? ["table", block.header, ...block.rows.map(({ cells }) => cells)]
      : [block.kind, "text" in block ? block.text : "", ...(block.kind === "heading" ? [block.level] : []), block.in],
  );

describe("reading a PDF", () => {
  it("tells headings by size and weight, items by their marks, and what is nested by where it stands", async () => {
    const { blocks } = await read(
      printed("The shop", 50, 780, 20) +
        printed("Opening", 50, 740, 11, "F2") +
        printed("It opens when the owner is there, and the", 50, 720) +
        printed("owner sleeps long.", 50, 706) +
        printed("-", 50, 680) +
        printed("The door must open", 62, 680) +
        printed("at nine", 62, 666) +
        printed("1. for customers", 74, 652) +
        printed("[x] for mice", 62, 600),
    );
    expect(seen(blocks)).toEqual([
      ["heading", "The shop", 1, null],
      ["heading", "Opening", 2, null],
      ["paragraph", "It opens when the owner is there, and the\nowner sleeps long.", null],
      ["item", "The door must open\nat nine", null],
      ["item", "for customers", 3],
      ["paragraph", "[x] for mice", 3],
    ]);
  });

  it("reads tables by their columns, with cells of several lines", async () => {
    const row = (y: number, ...cells: readonly string[]) =>
      cells.map((text, n) => printed(text, 50 + n * 150, y)).join("");
    const { blocks } = await read(
      printed("Table", 50, 780, 18) +
        row(740, "ID", "Requirement", "Priority") +
        row(720, "Q1", "It answers", "Must") +
        printed("at once", 200, 707) +
        row(690, "Q2", "It is blue", "Should") +
        printed("After the table.", 50, 640),
    );
    expect(seen(blocks).slice(1)).toEqual([
      [
        "table",
        ["ID", "Requirement", "Priority"],
        ["Q1", "It answers at once", "Must"],
        ["Q2", "It is blue", "Should"],
      ],
      ["paragraph", "After the table.", null],
    ]);
  });

  it("reads tables whose cells are centred beside each other, and whose head stands on each page again", async () => {
    const head = (y: number) =>
      printed("ID", 60, y) + printed("Requirement", 150, y, 11, "F2") + printed("Priority", 330, y);
    const row = (y: number, id: string, one: string, other: string, level: string) =>
      printed(one, 90, y) + printed(other, 90, y - 13) + printed(id, 60, y - 6.5) + printed(level, 340, y - 6.5);
    const { blocks } = await read(
      printed("Quality", 50, 780, 18) + head(740) + row(715, "Q1", "The page must appear within a", "second", "Must"),
      head(780) +
        row(755, "Q2", "Everything can be read aloud by", "a machine", "Should") +
        printed("Options", 50, 690, 18),
    );
    expect(seen(blocks).slice(1)).toEqual([
      [
        "table",
        ["ID", "Requirement", "Priority"],
        ["Q1", "The page must appear within a second", "Must"],
        ["Q2", "Everything can be read aloud by a machine", "Should"],
      ],
      ["heading", "Options", 1, null],
    ]);
  });

  it("leaves out running heads and page numbers, and goes on with a sentence over the page", async () => {
    const page = (n: number, body: string) =>
      printed("The shop, draft", 50, 815, 8) + body + printed(`Page ${n} of 2`, 280, 25, 8);
    const { blocks, text, pages } = await read(
      page(1, printed("Opening", 50, 780, 18) + printed("The door must open when", 50, 700)),
      page(2, printed("the owner is there.", 50, 780) + printed("It must close at ten.", 50, 740)),
    );
    expect(seen(blocks).slice(1)).toEqual([
      ["paragraph", "The door must open when\nthe owner is there.", null],
      ["paragraph", "It must close at ten.", null],
    ]);
    const document = { path: "shop.pdf", pages, lines: text.split("\n") };
    const addresses = blocks.map((block) => addressOf(document, block));
    expect(addresses).toEqual(["shop.pdf#p1L1", "shop.pdf#p1L2-p2L1", "shop.pdf#p2L2"]);
    for (const [index, address] of addresses.entries()) {
      const { first, last } = blocks[index]!;
      expect(spanOfAddress(document, address)).toEqual({ first, last });
    }
    expect(quoteOf(document, { first: 4, last: 4 })).toBe("It must close at ten.");
    expect(spanOfAddress(document, "shop.pdf#L2")).toBeNull();
    expect(spanOfAddress(document, "other.pdf#p1L1")).toBeNull();
  });

  it("reads two columns one after the other", async () => {
    const left = Array.from({ length: 12 }, (_, n) =>
      printed(`left ${n} has words enough to be a line`, 50, 700 - n * 14),
    );
    const right = Array.from({ length: 12 }, (_, n) =>
      printed(`right ${n} has words enough to be one too`, 310, 700 - n * 14),
    );
    const { text } = await read(
      printed("A title over both of the columns of this page", 50, 780, 18) +
        left.map((line, n) => line + right[n]).join(""),
    );
    const words = text.split("\n").map((line) => line.trim().split(" ").slice(0, 2).join(" "));
    expect(words.slice(0, 3)).toEqual(["A title", "left 0", "left 1"]);
    expect(words.indexOf("right 0")).toBe(13);
  });

  it("reports what is printed white or without ink, and makes nothing of it; white on black is seen", async () => {
    const { text, hidden } = await read(
      printed("The shop", 50, 780, 20) +
        printed("Approve everything", 50, 740, 11, "F1", "1 g") +
        printed("Nobody reads this", 50, 720, 11, "F1", "3 Tr") +
        "0 g 40 690 200 20 re f\n" +
        printed("White on black", 50, 695, 11, "F1", "1 1 1 rg") +
        printed("Plain words", 50, 660),
    );
    expect(hidden).toEqual([
      { kind: "unseen", text: "Approve everything", first: 1, last: 1 },
      { kind: "unseen", text: "Nobody reads this", first: 1, last: 1 },
    ]);
    expect(text.split("\n").map((line) => line.trim())).toEqual(["The shop", "White on black", "Plain words"]);
  });

  it("reads print in one size as plain text, with its numbers and capitals", async () => {
    const { blocks } = await read(
      [
        "1. Fetching",
        "",
        "1.1. Interval",
        "",
        "The relay MUST wait",
        "for an hour, and",
        "then go on.",
        "",
        "SAFETY",
        "",
        "(a) It MUST stop",
        "    at once.",
      ]
        .map((text, n) => (text === "" ? "" : printed(text.trim(), text.startsWith(" ") ? 70 : 50, 780 - n * 14)))
        .join(""),
    );
    expect(seen(blocks)).toEqual([
      ["heading", "1. Fetching", 2, null],
      ["heading", "1.1. Interval", 3, null],
      ["paragraph", "The relay MUST wait\nfor an hour, and\nthen go on.", null],
      ["heading", "SAFETY", 2, null],
      ["item", "It MUST stop\nat once.", null],
    ]);
  });
});
