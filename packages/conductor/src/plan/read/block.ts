/** What a reader makes of a document: a flat list of blocks in document order, each with its lines. Types only. */

/** Lines of a document, counted from 1, both ends included. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

interface Placed extends Span {
  /** Index of the list item that this block stands in, null outside of lists. */
  readonly in: number | null;
  /** Stands in a block quote: somebody else's words. */
  readonly quoted: boolean;
}

/** One row of a table and its line. */
export interface TableRow extends Span {
  readonly cells: readonly string[];
}

/** A piece of a document. `text` is as written, with inline marks; line breaks are `\n`. */
export type Block =
  | (Placed & { readonly kind: "heading"; readonly level: number; readonly text: string })
  | (Placed & { readonly kind: "paragraph"; readonly text: string })
  /** A list item; its lines are those of its own text, nested items and later paragraphs are blocks of their own. */
  | (Placed & {
      readonly kind: "item";
      readonly text: string;
      readonly ordered: boolean;
      /** A checkbox: true ticked, false open, null none. */
      readonly ticked: boolean | null;
    })
  | (Placed & { readonly kind: "table"; readonly header: readonly string[]; readonly rows: readonly TableRow[] })
  | (Placed & { readonly kind: "code"; readonly language: string; readonly text: string })
  | (Placed & { readonly kind: "html"; readonly text: string })
  | (Placed & { readonly kind: "front-matter"; readonly text: string });

/** The formats that a reader exists for. */
export type DocumentFormat = "markdown" | "text" | "pdf";

/** Deepest nesting of lists and quotes that is read. */
export const MAX_NESTING = 20;

/** Thrown by a reader for a document that cannot be read; the message completes "it cannot be read: …". */
export class CannotRead extends Error {
  /** By its name it is known in another bundle too. */
  override readonly name = "CannotRead";
}

/** Thrown by a reader when lists or quotes are nested deeper than MAX_NESTING. */
export class TooDeep extends CannotRead {
  readonly line: number;
  constructor(line: number) {
    super(`nested more than ${MAX_NESTING} levels deep at line ${line}`);
    this.line = line;
  }
}
