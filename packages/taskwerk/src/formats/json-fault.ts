/** Where a text stops being JSON, and why. Only asked once JSON.parse has refused it. */
export interface JsonFault {
  /** In UTF-16 code units from the beginning. */
  readonly position: number;
  readonly message: string;
}

const TOKEN = /[ \t\r\n]*(?:(")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|([[\]{},:]))/y;
/** What a string has in it between escapes. An expression for all of it would need a stack as long as the string. */
const PLAIN = /[^"\\\x00-\x1f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SPACE = /[ \t\r\n]*/y;

/** What may come next: a value, a key, a colon, or a comma (or the end of what is open). */
type Expected = "value" | "firstValue" | "key" | "firstKey" | "colon" | "comma";

/** Deeper than any task; beyond it a later walk over the value could exhaust the stack. */
export const MOST_LEVELS = 64;
/** What is said of a value that goes deeper. */
export const TOO_DEEP = `it is nested more than ${MOST_LEVELS} levels deep`;

/** Reads tokens until one stands where it may not. Keeps no stack of its own calls, so depth costs nothing. */
export function jsonFault(text: string): JsonFault {
  const open: ("[" | "{")[] = [];
  let expected: Expected = "value";
  let position = 0;
  for (;;) {
    TOKEN.lastIndex = position;
    const found = TOKEN.exec(text);
    if (!found) return unreadable(text, position);
    const [whole, quote, scalar, sign] = found;
    const start = position + whole.length - (quote ?? scalar ?? sign!).length;
    const end = quote === undefined ? TOKEN.lastIndex : stringEnd(text, start);
    if (end === null) return unreadable(text, position);
    const next = step(open, expected, quote !== undefined, scalar !== undefined, sign);
    if (next === null)
      return { position: start, message: `unexpected ${text.slice(start, Math.min(end, start + 20))}` };
    if (open.length > MOST_LEVELS) return { position: start, message: TOO_DEEP };
    expected = next;
    position = end;
    if (open.length === 0) return unreadable(text, position, "unexpected text after the end");
  }
}

/** Where the string ends that begins here; null where it is none. */
function stringEnd(text: string, start: number): number | null {
  for (let at = start + 1; ; ) {
    PLAIN.lastIndex = at;
    PLAIN.exec(text);
    at = PLAIN.lastIndex;
    if (text[at] === '"') return at + 1;
    ESCAPE.lastIndex = at;
    if (!ESCAPE.test(text)) return null;
    at = ESCAPE.lastIndex;
  }
}

/** What is expected after this token, or null where it may not stand. Opens and closes what it opens and closes. */
function step(
  open: ("[" | "{")[],
  expected: Expected,
  isString: boolean,
  isScalar: boolean,
  sign: string | undefined,
): Expected | null {
  const wantsValue = expected === "value" || expected === "firstValue";
  if (isString) return expected === "key" || expected === "firstKey" ? "colon" : wantsValue ? "comma" : null;
  if (isScalar) return wantsValue ? "comma" : null;
  switch (sign) {
    case "[":
    case "{":
      if (!wantsValue) return null;
      open.push(sign);
      return sign === "[" ? "firstValue" : "firstKey";
    case "]":
      return (expected === "comma" || expected === "firstValue") && open.pop() === "[" ? "comma" : null;
    case "}":
      return (expected === "comma" || expected === "firstKey") && open.pop() === "{" ? "comma" : null;
    case ",":
      if (expected !== "comma") return null;
      return open.at(-1) === "{" ? "key" : "value";
    default:
      return expected === "colon" ? "value" : null;
  }
}

function unreadable(text: string, position: number, message?: string): JsonFault {
  SPACE.lastIndex = position;
  SPACE.exec(text);
  const at = SPACE.lastIndex;
  if (at >= text.length) return { position: at, message: "it ends too early" };
  return { position: at, message: message ?? `unexpected ${text.slice(at, at + 20).split("\n")[0]}` };
}
