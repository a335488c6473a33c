import { unreadable } from "./read/read-file.ts";

/** What other kinds of files begin with, and what to do with them. */
const KINDS: readonly (readonly [begin: readonly number[], kind: string, hint: string])[] = [
  [[0x1f, 0x8b], "compressed (gzip)", "Unpack it first:  gunzip -c FILE | taskwerk import -"],
  [[0x50, 0x4b, 3, 4], "a ZIP archive (or a spreadsheet)", "Unpack it, or save the sheet as CSV."],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], "an SQLite database", "A copy of a store is put back with:  taskwerk help db"],
  [[0x25, 0x50, 0x44, 0x46], "a PDF", "A document becomes tasks by a plan:  conductor help plan"],
];

/**
 * The text of a file: UTF-8, or UTF-16 with its byte order mark; without that mark, and with the lines as they are. Throws
 * IMPORT_INVALID for what is no text.
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  const kind = KINDS.find(([begin]) => begin.every((byte, at) => bytes[at] === byte));
  if (kind) throw unreadable(`${name} is ${kind[1]}, no text.`, undefined, kind[2]);
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  const nul = encoding === "utf-8" ? bytes.indexOf(0) : -1;
  if (nul >= 0) throw unreadable(`${name} is no text: byte ${nul} is a NUL byte.`);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const at = firstBadByte(bytes, encoding);
    throw unreadable(
      `${name} is no ${encoding.toUpperCase()} text: byte ${at} is none.`,
      undefined,
      "Save it as UTF-8, for instance:  iconv -f LATIN1 -t UTF-8 FILE | taskwerk import -",
    );
  }
}

/** The number of the first byte, from 0, that cannot be read; halves the text until it is found. */
export function firstBadByte(bytes: Uint8Array, encoding: string): number {
  let [low, high] = [0, bytes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    try {
      new TextDecoder(encoding, { fatal: true }).decode(bytes.subarray(0, middle + 1), { stream: true });
      low = middle + 1;
    } catch {
      high = middle;
    }
  }
  return low;
}
