import type { Block, DocumentFormat, Span } from "./block.ts";

/** Text that a reader of the rendered document would not see. */
export interface HiddenText extends Span {
  readonly kind: "comment" | "zero-width" | "bidi-control";
  /** What it says, shortened; for characters that print nothing, their code points. */
  readonly text: string;
}

/** A document that was read: its lines, its blocks, and what it hides. */
export interface PlanDocument {
  /** As the user typed it. */
  readonly path: string;
  readonly format: DocumentFormat;
  /** Of the bytes on disk. */
  readonly sha256: string;
  /** Without byte order mark, line breaks as `\n`. */
  readonly text: string;
  readonly lines: readonly string[];
  readonly blocks: readonly Block[];
  readonly hidden: readonly HiddenText[];
  /** The file's own bytes, when it is a PDF: a model that reads PDFs sees its tables and figures, too. */
  readonly pdf?: Uint8Array;
}

/** Where lines stand: `prd.md#L10-14`, or `prd.md#L10` for one line. */
export const addressOf = (document: Pick<PlanDocument, "path">, span: Span): string =>
  `${document.path}#L${span.first}${span.last > span.first ? `-${span.last}` : ""}`;

/** The lines themselves, joined by `\n`, byte for byte. */
export const quoteOf = (document: Pick<PlanDocument, "lines">, span: Span): string =>
  document.lines.slice(span.first - 1, span.last).join("\n");
