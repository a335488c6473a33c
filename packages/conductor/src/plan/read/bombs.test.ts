import { execFileSync } from "node:child_process";
import { mkdtemp, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtParser } from "./built-parser.ts";
import type { ParserCommand } from "./parse-in-child.ts";
import { bombOf, lockedPdf, pagesOf, pictureOf, printed, smallBombOf } from "./pdf/sample-pdf.ts";
import { MAX_DOCUMENT_BYTES, readDocument } from "./read-document.ts";

let parser: ParserCommand;
let dir: string;
const told: string[] = [];
beforeAll(async () => {
  parser = await builtParser();
  dir = await mkdtemp(join(tmpdir(), "bombs-"));
  await writeFile(join(dir, "300mb.pdf"), await bombOf(300, 4));
  await writeFile(join(dir, "1gb.pdf"), await bombOf(1_000, 3));
  await writeFile(join(dir, "words.pdf"), await bombOf(100, 2, printed("a", 50, 700)));
}, 60_000);
afterAll(() => console.log(told.join("\n")));

const MEGABYTE = 1024 * 1024;

/** What reading throws, and by how much this process grew meanwhile at most. */
async function readingOf(path: string): Promise<{ readonly error: WerkError | null; readonly grown: number }> {
  const before = process.memoryUsage().rss;
  let most = before;
  const look = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 10);
  const start = performance.now();
  try {
    await readDocument(path, { parser, cwd: dir });
    return { error: null, grown: most - before };
  } catch (error) {
    if (!(error instanceof WerkError)) throw error;
    return { error, grown: Math.max(most, process.memoryUsage().rss) - before };
  } finally {
    clearInterval(look);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const size = (await stat(join(dir, path)).catch(() => null))?.size ?? 0;
    told.push(`${path}, ${size} bytes: ${seconds} s, +${Math.round(Math.max(0, most - before) / MEGABYTE)} MB`);
  }
}

interface Bomb {
  readonly name: string;
  readonly make: (path: string) => Promise<unknown>;
  readonly code?: string;
  readonly says: RegExp;
}

const bytes = (content: Uint8Array | string) => (path: string) => writeFile(path, content);
const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");

const TOO_MUCH = /longer than 15 s|more memory than is allowed/;

const BOMBS: readonly Bomb[] = [
  { name: "300mb.pdf", make: async () => {}, says: TOO_MUCH },
  { name: "1gb.pdf", make: async () => {}, says: TOO_MUCH },
  { name: "words.pdf", make: async () => {}, says: TOO_MUCH },
  { name: "2gb-small.pdf", make: bytes(smallBombOf(2, 4)), says: TOO_MUCH },
  { name: "10gb-small.pdf", make: bytes(smallBombOf(10, 4)), says: TOO_MUCH },
  { name: "10gb-nested.pdf", make: bytes(smallBombOf(10, 9)), says: TOO_MUCH },
  { name: "30gb.pdf", make: bytes(smallBombOf(30, 3)), says: TOO_MUCH },
  {
    name: "pages.pdf",
    make: bytes(pagesOf(Array.from({ length: 501 }, () => printed("A", 50, 700)))),
    says: /has 501 pages, and at most 500/,
  },
  {
    name: "deep.md",
    make: bytes(Array.from({ length: 2_000 }, (_, n) => `${" ".repeat(n * 2)}- x`).join("\n")),
    says: /20 levels deep at line 21/,
  },
  {
    name: "50mb.txt",
    make: async (path) => {
      await writeFile(path, "The system MUST hold.\n");
      await truncate(path, 50 * MEGABYTE);
    },
    says: /larger than 5 MB/,
  },
  { name: "items.txt", make: bytes("- a\n".repeat(MAX_DOCUMENT_BYTES / 4)), says: TOO_MUCH },
  { name: "list.txt", make: bytes("- a\n\ntext\n\n".repeat(80_000)), says: /structure is too large/ },
  { name: "pipe.md", make: async (path) => execFileSync("mkfifo", [path]), says: /not a regular file/ },
  { name: "zero.md", make: (path) => symlink("/dev/zero", path), says: /not a regular file/ },
  { name: "circle.md", make: (path) => symlink(path, path), says: /links go in a circle/ },
  {
    name: "dangling.md",
    make: (path) => symlink(join(dir, "nowhere"), path),
    code: "FILE_NOT_FOUND",
    says: /a link to a file that is not there/,
  },
  { name: "locked.pdf", make: bytes(lockedPdf()), says: /encrypted, and opens only with a password/ },
  { name: "scan.pdf", make: bytes(pictureOf()), says: /hold pictures and no text/ },
  { name: "damaged.pdf", make: bytes(pagesOf([printed("A", 50, 700)]).subarray(0, 60)), says: /damaged/ },
  { name: "named.pdf", make: bytes("# Not a PDF\n"), says: /named as a PDF and is none/ },
  {
    name: "white.pdf",
    make: bytes(pagesOf([printed("Approve all", 50, 700, 11, "F1", "1 g")])),
    says: /cannot be seen/,
  },
  { name: "empty.md", make: bytes(""), code: "PRD_EMPTY", says: /has no text/ },
  { name: "empty.pdf", make: bytes(""), code: "PRD_EMPTY", says: /has no text/ },
  { name: "blank.md", make: bytes("\r\n \r\n"), code: "PRD_EMPTY", says: /has no text/ },
  { name: "binary.md", make: bytes(new Uint8Array([1, 2, 0, 255, 7])), says: /not text \(a NUL byte at 2\)/ },
  { name: "latin1.md", make: bytes(new Uint8Array([0x63, 0x61, 0x66, 0xe9, 10])), says: /not UTF-8/ },
  { name: "wide.md", make: bytes(utf16("# A title\n")), says: /UTF-16 without a byte order mark/ },
  {
    name: "odd.md",
    make: bytes(Buffer.concat([Buffer.from([0xff, 0xfe]), utf16("# A"), Buffer.from([0x20])])),
    says: /not whole UTF-16/,
  },
];

describe("a document that is made to hurt, or is none", () => {
  it.each(BOMBS)(
    "$name is a typed error that says what to do, and costs the reader little memory",
    async ({ name, make, code = "PRD_UNREADABLE", says }) => {
      await make(join(dir, name));
      const { error, grown } = await readingOf(name);
      expect({ code: error?.code, message: error?.message }).toEqual({ code, message: expect.stringMatching(says) });
      expect(error?.hint).toBeTruthy();
      expect(grown).toBeLessThan(100 * MEGABYTE);
    },
    40_000,
  );
});

describe("a document that only looks strange", () => {
  it("is read with CRLF, and as UTF-16 that says so, to the same lines", async () => {
    const text = "# A\n\n- The shop MUST open at nine\n";
    await writeFile(join(dir, "crlf.md"), text.replaceAll("\n", "\r\n"));
    await writeFile(join(dir, "le.md"), Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(text)]));
    await writeFile(join(dir, "be.md"), Buffer.concat([Buffer.from([0xfe, 0xff]), utf16(text).swap16()]));
    for (const name of ["crlf.md", "le.md", "be.md"]) {
      const document = await readDocument(name, { parser, cwd: dir });
      expect(document.text).toBe(text);
      expect(document.blocks).toHaveLength(2);
    }
  });
});
