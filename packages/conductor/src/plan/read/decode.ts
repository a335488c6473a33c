import { shellWord } from "@taskwerk/contract/shell-word";
import { unreadable } from "./unreadable.ts";

/** Bytes that begin with one of these are text in two-byte units. */
const UTF_16: readonly (readonly [number, number, "utf-16le" | "utf-16be"])[] = [
  [0xff, 0xfe, "utf-16le"],
  [0xfe, 0xff, "utf-16be"],
];

/**
 * Bytes as text, line breaks as `\n`: UTF-8, or UTF-16 that says so by its byte order mark. Throws PRD_UNREADABLE for
 * everything else, with what it seems to be.
 */
export function decode(path: string, bytes: Buffer): string {
  const start = bytes.subarray(0, 4).toString("latin1");
  if (start === "PK\u0003\u0004") {
    throw unreadable(path, "it is a packed file (.docx, .odt or .zip)", "Export it as Markdown or plain text.");
  }
  const wide = UTF_16.find(([first, second]) => bytes[0] === first && bytes[1] === second)?.[2];
  try {
    const text = new TextDecoder(wide ?? "utf-8", { fatal: true }).decode(bytes);
    const nul = text.indexOf("\0");
    if (nul >= 0) throw notText(path, bytes, wide === undefined ? nul : nul * 2);
    return text.replace(/\r\n?/g, "\n");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    if (wide !== undefined) throw unreadable(path, "it is not whole UTF-16", `Save it as UTF-8.`);
    const nul = bytes.indexOf(0);
    if (nul >= 0) throw notText(path, bytes, nul);
    throw unreadable(
      path,
      "it is not UTF-8",
      `Save it as UTF-8: iconv -f latin1 -t utf-8 ${shellWord(path)} > ${shellWord(`${path}.utf8.md`)}`,
    );
  }
}

/** Every second byte zero is how Latin letters look in UTF-16. */
function notText(path: string, bytes: Buffer, nul: number): ReturnType<typeof unreadable> {
  const head = bytes.subarray(0, 64);
  const zeros = (odd: number): number => head.filter((byte, index) => index % 2 === odd && byte === 0).length;
  for (const [odd, name] of [
    [1, "utf-16le"],
    [0, "utf-16be"],
  ] as const) {
    if (head.length >= 4 && zeros(odd) > head.length / 3 && zeros(1 - odd) === 0) {
      const hint = `Save it as UTF-8: iconv -f ${name} -t utf-8 ${shellWord(path)} > ${shellWord(`${path}.utf8.md`)}`;
      return unreadable(path, "it seems to be UTF-16 without a byte order mark", hint);
    }
  }
  return unreadable(path, `it is not text (a NUL byte at ${nul})`, "Save it as UTF-8 text or Markdown.");
}
