/**
 * Makes any text safe to show: what could move a cursor, set a title, write a clipboard, reorder or hide text is
 * removed or made visible. Every byte a program of ours sends to a person goes through here.
 */

const PRINTABLE = /^[\x20-\x7e]*$/;

/** Whole control sequences: CSI, then strings (OSC, DCS, SOS, PM, APC) that are closed, then two-byte escapes. */
const SEQUENCES =
  /(?:\x1b\[|\x9b)[\x30-\x3f]{0,64}[\x20-\x2f]{0,8}[\x40-\x7e]|(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c]{0,4096}(?:\x07|\x1b\\|\x9c)|\x1b[\x20-\x2f]{0,8}[\x30-\x5a\x5c\x60-\x7e]/g;

/** Changes reading order, or carries hidden letters: shown by number, so that an attack is seen. */
const SHOWN =
  /[\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\u{e0000}-\u{e007f}\u{f0000}-\u{10ffff}]/gu;

/** Takes no room and says nothing: dropped. A joiner or selector that belongs to an emoji stays. */
const INVISIBLE =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each character is meant alone, not as one picture
  /[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\u{e0100}-\u{e01ef}]|(?<!\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d|\u200d(?!\p{Extended_Pictographic})|(?<!\p{Emoji})[\ufe0e\ufe0f]/gu;

/** More than a few marks on one letter climb over the neighbouring lines. */
const TOO_MANY_MARKS = /(\p{M}{4})\p{M}+/gu;

const CONTROLS = /[\x00-\x1f\x7f-\x9f]/g;

/** One line: line breaks and tabs become spaces. */
export function sanitise(text: string): string {
  return PRINTABLE.test(text) ? text : clean(text.replace(/\r\n|[\r\n\t\u2028\u2029]/g, " "));
}

/** Several lines: `\n` stays, tabs become two spaces, everything else as in {@link sanitise}. */
export function sanitiseBlock(text: string): string {
  return text
    .replace(/\r\n|[\u2028\u2029]/g, "\n")
    .split("\n")
    .map((line) => sanitise(line.replaceAll("\t", "  ")))
    .join("\n");
}

function clean(text: string): string {
  return text
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .replace(SEQUENCES, "")
    .replace(CONTROLS, shownControl)
    .replace(SHOWN, shownCode)
    .replace(INVISIBLE, "")
    .replace(TOO_MANY_MARKS, "$1");
}

const shownCode = (character: string): string =>
  `<U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}>`;

/** `^[` for ESC and the like, as `cat -v` writes them; the 8-bit ones by number. */
function shownControl(character: string): string {
  const code = character.charCodeAt(0);
  return code > 0x7f ? shownCode(character) : `^${String.fromCharCode(code ^ 0x40)}`;
}

/** Everything a terminal might act on or hide that JSON itself leaves alone. */
const UNESCAPED_IN_JSON =
  /[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\uddef]/g;

/** Valid JSON in, the same JSON out, with invisible and reordering characters written as \uXXXX. */
export function escapeJson(json: string): string {
  // Plain ASCII, as nearly always: told in a moment, where the expression would have to walk over all of it.
  if (Buffer.byteLength(json) === json.length && !json.includes("\x7f")) return json;
  return json.replace(UNESCAPED_IN_JSON, (found) =>
    found
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
