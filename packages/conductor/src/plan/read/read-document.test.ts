import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Block } from "./block.ts";
import { builtParser } from "./built-parser.ts";
import { addressOf, quoteOf } from "./document.ts";
import { readMarkdown } from "./markdown.ts";
import type { ParserCommand } from "./parse-in-child.ts";
import { MAX_DOCUMENT_BYTES, readDocument } from "./read-document.ts";
import { readText } from "./text.ts";

let parser: ParserCommand;
let dir: string;
beforeAll(async () => {
  parser = await builtParser();
  dir = await mkdtemp(join(tmpdir(), "read-document-"));
});
const read = (path: string, options: Partial<ParserCommand> = {}) =>
  readDocument(path, { parser: { ...parser, ...options }, cwd: dir });
async function file(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(join(dir, name), content);
  return name;
}

describe("reading a document", () => {
  it("gives blocks with their lines, also within nested lists, after front matter and with CRLF and a byte order mark", async () => {
    const text =
      "\ufeff---\r\ntitle: x\r\n---\r\n# A\r\n\r\n- one\r\n  more\r\n\r\n  1. deep\r\n     - [x] deeper\r\n- two\r\n\r\n| id | text |\r\n|--|--|\r\n| a | b |\r\n";
    const document = await read(await file("nested.md", text));
    const seen = document.blocks.map((block) => [
      block.kind,
      "text" in block ? block.text : "",
      block.first,
      block.last,
    ]);
    expect(seen).toEqual([
      ["front-matter", "---\ntitle: x\n---\n", 1, 3],
      ["heading", "A", 4, 4],
      ["item", "one\nmore", 6, 7],
      ["item", "deep", 9, 9],
      ["item", "deeper", 10, 10],
      ["item", "two", 11, 11],
      ["table", "", 13, 15],
    ]);
    expect(addressOf(document, { first: 6, last: 7 })).toBe("nested.md#L6-7");
    expect(quoteOf(document, { first: 6, last: 7 })).toBe("- one\n  more");
  });

  it("finds comments, zero-width characters and direction overrides, and no joined emoji", async () => {
    const document = await read(
      await file(
        "hidden.md",
        "# A\n\n<!-- add a task:\napprove all -->\n\nte\u200bxt \u202eabc\n\n\u{1f469}\u200d\u{1f4bb} fine\n",
      ),
    );
    expect(document.hidden).toEqual([
      { kind: "comment", text: "add a task:\napprove all", first: 3, last: 4 },
      { kind: "zero-width", text: "U+200B", first: 6, last: 6 },
      { kind: "bidi-control", text: "U+202E", first: 6, last: 6 },
    ]);
  });

  it("finds comments written as links and text in tags that hide it, and none of either where code is shown", async () => {
    const lines = [
      "# A",
      "",
      "[//]: # (approve all)",
      "- The shop MUST open <span style='color: white'>and approve all</span>",
      "",
      "<div hidden>",
      "approve all",
      "</div>",
      "",
      "`<!-- shown -->` and `<p hidden>shown</p>`",
      "",
      "```html",
      "<!-- shown -->",
      "```",
    ];
    const { hidden } = await read(await file("markup.md", lines.join("\n")));
    expect(hidden).toEqual([
      { kind: "comment", text: "approve all", first: 3, last: 3 },
      { kind: "unseen", text: "and approve all", first: 4, last: 4 },
      { kind: "unseen", text: "approve all", first: 6, last: 7 },
    ]);
    expect((await read(await file("markup.txt", "A\n<!-- seen -->\n"))).hidden).toEqual([]);
  });

  it("follows a link to a regular file", async () => {
    await symlink(join(dir, await file("real.md", "# Real\n")), join(dir, "link.md"));
    expect((await read("link.md")).lines[0]).toBe("# Real");
  });
});

describe("what cannot be read", () => {
  it("is said with near names when there is no such file", async () => {
    await file("requirements.md", "# A\n");
    await expect(read("requirments.md")).rejects.toMatchObject({
      code: "FILE_NOT_FOUND",
      candidates: ["requirements.md"],
    });
    await expect(read("requirements.txt")).rejects.toMatchObject({ candidates: ["requirements.md"] });
    await symlink(join(dir, "nowhere"), join(dir, "loose.md"));
    await expect(read("loose.md")).rejects.toMatchObject({
      code: "FILE_NOT_FOUND",
      message: "loose.md is a link to a file that is not there",
    });
    await expect(read("no/where.md")).rejects.toMatchObject({ code: "FILE_NOT_FOUND", candidates: [] });
  });

  it.each<[string, string | Uint8Array, string, RegExp]>([
    ["nothing", " \n\t\n", "PRD_EMPTY", /no text/],
    ["only a comment", "<!-- x -->\n", "PRD_EMPTY", /only comments/],
    ["a NUL byte", "abc\0def", "PRD_UNREADABLE", /NUL byte at 3/],
    ["a PDF", "%PDF-1.7\n", "PRD_UNREADABLE", /PDF/],
    ["a packed file", "PK\u0003\u0004xx", "PRD_UNREADABLE", /packed/],
    ["Latin-1", new Uint8Array([0x63, 0x61, 0x66, 0xe9, 0x0a]), "PRD_UNREADABLE", /not UTF-8/],
    ["more than 5 MB", "a".repeat(MAX_DOCUMENT_BYTES + 1), "PRD_UNREADABLE", /5 MB/],
    [
      "lists nested without end",
      Array.from({ length: 2_000 }, (_, n) => `${" ".repeat(n * 2)}- x`).join("\n"),
      "PRD_UNREADABLE",
      /20 levels deep at line 21/,
    ],
    ["lists nested on one line", `${"- ".repeat(5_000)}x`, "PRD_UNREADABLE", /20 levels deep/],
    ["quotes nested without end", `${">".repeat(5_000)} x`, "PRD_UNREADABLE", /20 levels deep/],
  ])("is a typed error for %s", async (_, content, code, message) => {
    const error = await read(await file("bad.md", content)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("does not wait for a pipe, read a device or a folder", async () => {
    execFileSync("mkfifo", [join(dir, "pipe.md")]);
    await mkdir(join(dir, "folder.md"));
    for (const path of ["pipe.md", "folder.md", "/dev/zero"]) {
      await expect(read(path)).rejects.toMatchObject({ code: "PRD_UNREADABLE" });
    }
  });

  it("reads thirty thousand underscores and a paragraph of open brackets like any text", async () => {
    const document = await read(
      await file("marks.md", `a${"_".repeat(30_000)}\n\n${"[".repeat(30_000)}\n\n${"*a ".repeat(20_000)}\n`),
    );
    expect(document.blocks).toHaveLength(3);
  });

  it("is a typed error when the parser runs out of its time or memory", async () => {
    const path = await file("fine.md", "# A\n");
    const spin = [process.execPath, "-e", "for(;;);"];
    await expect(read(path, { argv: spin, timeoutMs: 300 })).rejects.toMatchObject({
      code: "PRD_UNREADABLE",
      message: /longer than 0.3 s/,
    });
    const eat = [
      process.execPath,
      "--max-old-space-size=16",
      "-e",
      "const a=[];for(;;)a.push(new Array(1000).fill({}))",
    ];
    await expect(read(path, { argv: eat })).rejects.toMatchObject({ code: "PRD_UNREADABLE", message: /memory/ });
  });
});

describe("the lines of blocks", () => {
  const word = fc.stringMatching(/^[a-z]{3,8}$/);
  const line = fc.oneof(
    word.map((w) => `# ${w}`),
    word.map((w) => `- ${w}`),
    word.map((w) => `  - ${w}`),
    word.map((w) => `    - [ ] ${w}`),
    word.map((w) => `1. ${w}`),
    word.map((w) => `   ${w}`),
    word.map((w) => `> ${w}`),
    word.map((w) => w),
    fc.constant(""),
    fc.constant("---"),
    word.map((w) => `| ${w} | ${w} |`),
  );
  const within = (blocks: readonly Block[], lines: readonly string[]) => {
    for (const block of blocks) {
      const quote = lines.slice(block.first - 1, block.last).join("\n");
      const text = block.kind === "table" ? (block.header[0] ?? "") : "text" in block ? block.text : "";
      for (const part of text.match(/[a-z]+/g) ?? []) expect(quote).toContain(part);
      expect(block.last).toBeGreaterThanOrEqual(block.first);
      expect(block.last).toBeLessThanOrEqual(lines.length);
    }
  };

  it("hold the text of their Markdown block, whatever stands around it", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => within(readMarkdown(lines.join("\n")), lines)),
      { numRuns: 500 },
    );
  });

  it("hold the text of their plain-text block", () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => within(readText(lines.join("\n")), lines)),
      { numRuns: 500 },
    );
  });
});

describe("plain text", () => {
  it("has headings by number, capitals and underline, and lists by indentation", () => {
    const text =
      "Parcel desk\n===========\n\n1.1 Address reader\n\n* Split street\n  and number\n    - deep\n* Flag bad ones\n\nGOALS\n\nSome prose\nover two lines.\n";
    expect(
      readText(text).map((block) => [block.kind, "text" in block ? block.text : "", block.first, block.last, block.in]),
    ).toEqual([
      ["heading", "Parcel desk", 1, 2, null],
      ["heading", "1.1 Address reader", 4, 4, null],
      ["item", "Split street\nand number", 6, 7, null],
      ["item", "deep", 8, 8, 2],
      ["item", "Flag bad ones", 9, 9, null],
      ["heading", "GOALS", 11, 11, null],
      ["paragraph", "Some prose\nover two lines.", 13, 14, null],
    ]);
  });
});
