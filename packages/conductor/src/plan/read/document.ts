import type { Block, DocumentFormat, Span } from "./block.ts";

/** Text that a reader of the rendered document would not see. */
export interface HiddenText extends Span {
  /** `unseen`: white on white, printed without ink, or in a tag that hides it. */
  readonly kind: "comment" | "zero-width" | "bidi-control" | "unseen";
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
  /** Without byte order mark, line breaks as `\n`; of a PDF, the lines as they are printed. */
  readonly text: string;
  readonly lines: readonly string[];
  /** The number of the first line of each page, from page 1; only where there are pages. */
  readonly pages?: readonly number[];
  readonly blocks: readonly Block[];
  readonly hidden: readonly HiddenText[];
  /** The file's own bytes, when it is a PDF: a model that reads PDFs sees its tables and figures, too. */
  readonly pdf?: Uint8Array;
}

type Addressed = Pick<PlanDocument, "path" | "pages">;

/**
 * Where lines stand: `prd.md#L10-14`, or `prd.md#L10` for one line. In a document with pages, the page and the lines of that
 * page: `prd.pdf#p2L10-14`, `prd.pdf#p2L40-p3L2` over a page break.
 */
export function addressOf({ path, pages }: Addressed, { first, last }: Span): string {
  if (pages === undefined) return `${path}#L${first}${last > first ? `-${last}` : ""}`;
  const from = onPage(pages, first);
  const to = onPage(pages, Math.max(first, last));
  const end = to.page > from.page ? `-p${to.page}L${to.line}` : to.line > from.line ? `-${to.line}` : "";
  return `${path}#p${from.page}L${from.line}${end}`;
}

/** The lines that an address names; null when it names none of this document. */
export function spanOfAddress({ path, pages }: Addressed, address: string): Span | null {
  if (!address.startsWith(`${path}#`)) return null;
  const parts = /^(?:p(\d{1,6}))?L(\d{1,9})(?:-(?:p(\d{1,6})L)?(\d{1,9}))?$/.exec(address.slice(path.length + 1));
  if (parts === null || (parts[1] === undefined) !== (pages === undefined)) return null;
  const before = (page: string | undefined): number => (pages?.[Number(page ?? 1) - 1] ?? 1) - 1;
  const first = before(parts[1]) + Number(parts[2]);
  return { first, last: parts[4] === undefined ? first : before(parts[3] ?? parts[1]) + Number(parts[4]) };
}

function onPage(pages: readonly number[], line: number): { readonly page: number; readonly line: number } {
  const index = Math.max(
    0,
    pages.findLastIndex((first) => first <= line),
  );
  return { page: index + 1, line: line - (pages[index] ?? 1) + 1 };
}

/** Longest quote: some programs write a chapter as one line, and each of its sentences would quote all of it. */
const LONGEST_QUOTE = 2_000;

/** The lines themselves, joined by `\n`, byte for byte; the first 2,000 characters of them. */
export const quoteOf = (document: Pick<PlanDocument, "lines">, span: Span): string =>
  document.lines
    .slice(span.first - 1, span.last)
    .join("\n")
    .slice(0, LONGEST_QUOTE);
