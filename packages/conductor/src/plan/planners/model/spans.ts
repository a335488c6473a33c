/** The pieces of documents that answers depend on. Pure. */
import { createHash } from "node:crypto";
import type { Span } from "../../read/block.ts";
import { type PlanDocument, quoteOf } from "../../read/document.ts";

/** A piece of a document with the hash of what it says. */
export interface HashedSpan extends Span {
  readonly document: PlanDocument;
  readonly hash: string;
}

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** Every block of the documents, in order. Blank lines between them say nothing. */
export const spansOf = (documents: readonly PlanDocument[]): readonly HashedSpan[] =>
  documents.flatMap((document) =>
    document.blocks.map(({ first, last }) => ({
      document,
      first,
      last,
      hash: hashOf(quoteOf(document, { first, last }).trim()),
    })),
  );

/** Spans whose hash is not among those of before, each as often as it was there. */
export function changedSpans(spans: readonly HashedSpan[], before: readonly string[]): readonly HashedSpan[] {
  const left = new Map<string, number>();
  for (const hash of before) left.set(hash, (left.get(hash) ?? 0) + 1);
  return spans.filter(({ hash }) => {
    const count = left.get(hash) ?? 0;
    if (count > 0) left.set(hash, count - 1);
    return count === 0;
  });
}

/** The lines of an address such as `prd.md#L10-14` in these documents; null when it is in none. */
export function lineSpanOf(
  address: string,
  documents: readonly PlanDocument[],
): { readonly document: PlanDocument; readonly span: Span } | null {
  const [, path = "", from = "", to = from] = /^(.*)#L(\d+)(?:-(\d+))?$/.exec(address) ?? [];
  const document = documents.find((one) => one.path === path);
  return document === undefined ? null : { document, span: { first: Number(from), last: Number(to) } };
}

/** The part of a document under the nearest heading above some lines, to the next heading: what a task there was made from. */
export function partAround(document: PlanDocument, { first, last }: Span): string {
  const headings = document.blocks.filter(({ kind }) => kind === "heading").map((block) => block.first);
  const from = headings.findLast((line) => line <= first) ?? 1;
  const to = (headings.find((line) => line > last) ?? document.lines.length + 1) - 1;
  return quoteOf(document, { first: from, last: to }).trim();
}
