/** JSON from outside: bounded in size and depth before it is read, and looked into without trust. */
import { MAX_REPORT_BYTES, malformed, type Parsed } from "./parsed.ts";

const MAX_DEPTH = 200;

export type JsonRecord = Readonly<Record<string, unknown>>;

/** The value of a JSON text, or why it is none. */
export function readJson(text: string): Parsed<unknown> {
  if (text.length > MAX_REPORT_BYTES) return malformed(`the report is larger than ${MAX_REPORT_BYTES} bytes`);
  if (text.trim() === "") return malformed("the report is empty");
  if (isDeep(text)) return malformed(`the report is nested deeper than ${MAX_DEPTH}`);
  try {
    return { kind: "parsed", value: JSON.parse(text) };
  } catch {
    return malformed("the report is no JSON: the run ended before it was written, or something else was written too");
  }
}

/** The same for a report that is one object. */
export function readJsonRecord(text: string): Parsed<JsonRecord> {
  const read = readJson(text);
  if (read.kind === "malformed") return read;
  return isRecord(read.value) ? { kind: "parsed", value: read.value } : malformed("the report is no JSON object");
}

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A member of its own; undefined where the value is no record. */
export const member = (value: unknown, key: string): unknown =>
  isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;

/** The elements of a list; none where the value is no list. */
export const elements = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A whole number from 0 on; null where the value is none. */
export const countIn = (value: unknown): number | null =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;

function isDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (quoted) {
      if (char === BACKSLASH) at += 1;
      else if (char === QUOTE) quoted = false;
    } else if (char === QUOTE) quoted = true;
    else if (char === OPEN_LIST || char === OPEN_RECORD) {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (char === CLOSE_LIST || char === CLOSE_RECORD) depth -= 1;
  }
  return false;
}

const [QUOTE, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN_RECORD, CLOSE_RECORD] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];
