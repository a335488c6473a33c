import { jsonFault, MOST_LEVELS, TOO_DEEP } from "./json-fault.ts";

/** A parsed document, or where and why it is none. */
export type ParsedJson =
  | { readonly kind: "good"; readonly value: unknown }
  | { readonly kind: "bad"; readonly line: number; readonly message: string };

/** Parses JSON from outside: bounded depth, no key that could change a prototype, no number that is another one then. Never throws. */
export function parseJson(text: string): ParsedJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const { position, message } = jsonFault(text);
    return { kind: "bad", line: lineAt(text, position), message };
  }
  const fault = faultIn(value, changedIn(text));
  return fault === null ? { kind: "good", value } : { kind: "bad", line: 1, message: fault };
}

/** The line, counted from 1, that a position is on. */
export const lineAt = (text: string, position: number): number => text.slice(0, position).split("\n").length;

/** Called for every object of a large file: it makes nothing that would have to be collected. */
function faultIn(value: unknown, isChanged: (value: number) => boolean, depth = 0): string | null {
  if (typeof value === "number" && isChanged(value)) return TOO_LONG;
  if (typeof value !== "object" || value === null) return null;
  if (depth > MOST_LEVELS) return TOO_DEEP;
  if (Array.isArray(value)) {
    for (const one of value) {
      const fault = faultIn(one, isChanged, depth + 1);
      if (fault !== null) return fault;
    }
    return null;
  }
  // JSON.parse gives plain objects: all that can be enumerated is their own, a key "__proto__" too.
  for (const key in value) {
    if (key === "__proto__") return 'a key "__proto__" is not allowed';
    const one = (value as Readonly<Record<string, unknown>>)[key];
    if ((typeof one !== "object" && typeof one !== "number") || one === null) continue;
    const fault = faultIn(one, isChanged, depth + 1);
    if (fault !== null) return fault;
  }
  return null;
}

const TOO_LONG = "a number has more digits than can be kept; as a text it can";
/** Whole numbers of so many digits that not every one of them can be kept. */
const LONG = /(?<![\d.eE+])-?\d{16,}(?![\d.eE])/g;

/** Tells of a number whether it is another one than stands in the text: an id of another program would be another's then. */
function changedIn(text: string): (value: number) => boolean {
  const found: { changed?: ReadonlySet<number> } = {};
  return (value) => {
    if (!Number.isFinite(value)) return true;
    if (!Number.isInteger(value) || Number.isSafeInteger(value)) return false;
    found.changed ??= new Set(
      (text.match(LONG) ?? []).filter((digits) => BigInt(digits) !== BigInt(Number(digits))).map(Number),
    );
    return found.changed.has(value);
  };
}
