/** Pieces of a line. Styling is structure, never bytes in a text, so that no title can bring its own. */

export type Style = "green" | "cyan" | "yellow" | "red" | "dim" | "bold";

/** A text with a style. The text is data: it is sanitised before it is styled. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** A plain text, or a styled one. */
export type Part = string | Span;

/** The characters of a part, without its style. */
export const textOf = (part: Part): string => (typeof part === "string" ? part : part.text);

/** The same style around another text. */
export const withText = (part: Part, text: string): Part =>
  typeof part === "string" ? text : { text, style: part.style };

/** Green: done, landed, passed. */
export const green = (text: string): Span => ({ text, style: "green" });
/** Cyan: in progress. */
export const cyan = (text: string): Span => ({ text, style: "cyan" });
/** Yellow: waits for a person. */
export const yellow = (text: string): Span => ({ text, style: "yellow" });
/** Red: blocked or failed. */
export const red = (text: string): Span => ({ text, style: "red" });
/** Dim: notes, hints, what matters less. */
export const dim = (text: string): Span => ({ text, style: "dim" });
/** Bold: the one thing a screen is about. */
export const bold = (text: string): Span => ({ text, style: "bold" });
