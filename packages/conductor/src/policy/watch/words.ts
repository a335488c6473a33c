/** What was seen, in words: short, and never half a character. */
import type { Action } from "./step.ts";

/** A tool with its arguments. */
export const inWords = ({ name, input }: Action): string => `${name} ${short(input, 120)}`.trim();

/** What it printed, as a sentence of its own. */
export function excerpt({ output }: Action): string {
  const text = output.trim();
  return text === "" ? " It printed nothing." : `\nIt printed:\n${short(text, 400)}`;
}

/** At most so many characters. */
export function short(text: string, most: number): string {
  const characters = [...text.slice(0, most * 2)];
  return characters.length > most || text.length > most * 2 ? `${characters.slice(0, most).join("")}...` : text;
}
