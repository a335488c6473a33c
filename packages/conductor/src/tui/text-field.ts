/** A text that is being typed, with the place of the next letter. Pure. */
import type { Key } from "./key.ts";

export interface TextField {
  readonly text: string;
  /** Index into the text; never inside a character. */
  readonly at: number;
}

/** With the cursor behind the last letter. */
export const fieldWith = (text: string): TextField => ({ text, at: text.length });

/** What a key does to the text; the same field where it does nothing. `lines`: it may have several. */
export function typeInto(field: TextField, key: Key, lines: boolean): TextField {
  const { text, at } = field;
  switch (key.name) {
    case "text":
      return insert(field, key.text);
    case "paste":
      return insert(field, lines ? key.text : key.text.replace(/\s*\n\s*/g, " "));
    case "enter":
      return lines ? insert(field, "\n") : field;
    case "backspace":
      return { text: text.slice(0, before(field)) + text.slice(at), at: before(field) };
    case "left":
      return { text, at: before(field) };
    case "right":
      return { text, at: after(field) };
    case "home":
    case "ctrl-a":
      return { text, at: lineStart(text, at) };
    case "end":
    case "ctrl-e":
      return { text, at: lineEnd(text, at) };
    case "up":
      return onLine(field, -1);
    case "down":
      return onLine(field, 1);
    case "ctrl-u":
      return { text: text.slice(0, lineStart(text, at)) + text.slice(at), at: lineStart(text, at) };
    case "ctrl-k":
      return { text: text.slice(0, at) + text.slice(lineEnd(text, at)), at };
    case "ctrl-w": {
      const start = text.slice(0, at).replace(/\S+\s*$|\s+$/u, "").length;
      return { text: text.slice(0, start) + text.slice(at), at: start };
    }
    default:
      return field;
  }
}

const insert = ({ text, at }: TextField, typed: string): TextField => ({
  text: text.slice(0, at) + typed + text.slice(at),
  at: at + typed.length,
});

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Where the character before the cursor begins. */
function before({ text, at }: TextField): number {
  const from = Math.max(0, at - 40);
  return from + ([...graphemes.segment(text.slice(from, at))].at(-1)?.index ?? 0);
}

/** Where the character behind the cursor ends. */
function after({ text, at }: TextField): number {
  const [next] = graphemes.segment(text.slice(at, at + 40));
  return at + (next?.segment.length ?? 0);
}

const lineStart = (text: string, at: number): number => text.lastIndexOf("\n", at - 1) + 1;

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

/** The same place in the line above or below, or its end. */
function onLine(field: TextField, by: -1 | 1): TextField {
  const { text, at } = field;
  const start = lineStart(text, at);
  const column = at - start;
  if (by < 0 ? start === 0 : lineEnd(text, at) === text.length) return field;
  const next = by < 0 ? lineStart(text, start - 1) : lineEnd(text, at) + 1;
  const wanted = Math.min(next + column, lineEnd(text, next));
  // Not into the middle of a character.
  const upTo = [...graphemes.segment(text.slice(next, lineEnd(text, next)))].findLast(
    ({ index }) => next + index <= wanted,
  );
  return { text, at: upTo === undefined || wanted === lineEnd(text, next) ? wanted : next + upTo.index };
}
