import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeJson, sanitise, sanitiseBlock } from "./sanitise.ts";

/** What a hostile title, branch name or PRD brought, and what a person sees of it. */
const CORPUS: readonly (readonly [string, string, string])[] = [
  ["clear screen", "a\x1b[2Jb", "ab"],
  ["colour", "\x1b[31mred\x1b[0m", "red"],
  ["8-bit CSI", "a\x9b2Jb", "ab"],
  ["window title with BEL", "\x1b]0;owned\x07Fix", "Fix"],
  ["window title with ST", "\x1b]0;owned\x1b\\Fix", "Fix"],
  ["clipboard write", "\x1b]52;c;ZXZpbA==\x07x", "x"],
  ["hyperlink", "\x1b]8;;http://evil\x07text\x1b]8;;\x07", "text"],
  ["8-bit OSC", "\x9d0;t\x9cx", "x"],
  ["device control string", "\x1bP+q544e\x1b\\x", "x"],
  ["an OSC that never ends hides nothing", "\x1b]0;rest of title", "^[]0;rest of title"],
  ["a sequence made of the rests of another", "\x1b\x1b[0m[2J", "^[[2J"],
  ["full reset", "\x1bcx", "x"],
  ["charset switch", "\x1b(0x", "x"],
  ["overwriting the line", "good\revil", "good evil"],
  ["line breaks and tabs", "a\r\nb\nc\td", "a b c d"],
  ["backspace", "a\bb", "a^Hb"],
  ["bell and NUL", "\x07\0", "^G^@"],
  ["delete", "a\x7f", "a^?"],
  ["bidi override", "abc\u202etxt.exe", "abc<U+202E>txt.exe"],
  ["bidi isolate", "\u2066a\u2069", "<U+2066>a<U+2069>"],
  ["zero-width", "pass\u200bword\ufeff\u2060", "password"],
  ["hidden letters in tags", "a\u{e0041}", "a<U+E0041>"],
  ["smuggling variation selectors", "a\u{e0101}\ufe01", "a"],
  ["blank Hangul filler", "a\u3164b", "ab"],
  ["lone surrogate", "a\ud800b", "a\ufffdb"],
  ["marks that climb", `e${"\u0301".repeat(50)}`, `e${"\u0301".repeat(4)}`],
  ["a family stays one", "👨‍👩‍👧", "👨‍👩‍👧"],
  ["a heart stays red", "❤️", "❤️"],
  ["keycap", "1️⃣", "1️⃣"],
  ["Arabic, Hebrew and Chinese stay", "مرحبا שלום 你好", "مرحبا שלום 你好"],
  ["accents stay", "é e\u0301 ü", "é e\u0301 ü"],
];

describe("sanitise", () => {
  it.each(CORPUS)("%s", (_, given, shown) => {
    expect(sanitise(given)).toBe(shown);
  });

  it("never lets a control, C1, bidi or line-separating character through, whatever the text", () => {
    const nasty = fc.constantFrom("\x1b", "\x9b", "\x9d", "[", "]", "0", ";", "m", "\x07", "\\", "\r", "\n", "\u202e");
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: nasty, maxLength: 40 }));
    fc.assert(
      fc.property(text, (given) => {
        expect(sanitise(given)).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\u200b\ufeff]/);
      }),
    );
  });

  it("changes nothing the second time", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => sanitise(sanitise(text)) === sanitise(text)));
  });

  it("keeps the lines of a block and nothing else", () => {
    expect(sanitiseBlock("a\r\n\tb\x1b[2J\n\nc")).toBe("a\n  b\n\nc");
  });

  it("reads a megabyte of escapes in linear time", () => {
    expect(sanitise("\x1b]".repeat(200_000)).length).toBeGreaterThan(0);
  });
});

describe("escapeJson", () => {
  it("keeps the document's meaning and hides nothing from a terminal's reader", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const escaped = escapeJson(JSON.stringify({ text }));
        expect(JSON.parse(escaped)).toEqual({ text });
        expect(escaped).not.toMatch(/[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/);
      }),
    );
  });

  it("writes tag characters as escapes", () => {
    expect(escapeJson(JSON.stringify("\u{e0041}"))).toBe('"\\udb40\\udc41"');
  });
});
