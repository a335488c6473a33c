import { jsonFault, MOST_LEVELS, TOO_DEEP } from "./json-fault.ts";

/** A parsed document, or where and why it is none. */
export type ParsedJson =
  | { readonly kind: "good"; readonly value: unknown }
  | { readonly kind: "bad"; readonly line: number; readonly message: string };

/** Parses JSON from outside: bounded depth, and no key that could change a prototype. Never throws. */
export function parseJson(text: string): ParsedJson {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const { position, message } = jsonFault(text);
    return { kind: "bad", line: lineAt(text, position), message };
  }
  const fault = faultIn(value);
  return fault === null ? { kind: "good", value } : { kind: "bad", line: 1, message: fault };
}

/** The line, counted from 1, that a position is on. */
export const lineAt = (text: string, position: number): number => text.slice(0, position).split("\n").length;

function faultIn(value: unknown): string | null {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MOST_LEVELS) return TOO_DEEP;
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== "object" || one === null) continue;
      if (Object.hasOwn(one, "__proto__")) return 'a key "__proto__" is not allowed';
      for (const inner of Object.values(one)) if (typeof inner === "object" && inner !== null) next.push(inner);
    }
    level = next;
  }
  return null;
}
