import { addressOf, type PlanDocument, quoteOf } from "../../read/document.ts";

/** Where a quote stands: its address, and the whole lines. */
export interface FoundQuote {
  readonly source: string;
  readonly quote: string;
  /** True when its first line is a ticked checkbox. */
  readonly ticked: boolean;
}

interface Squeezed {
  readonly document: PlanDocument;
  readonly letters: string;
  /** The line of each letter. */
  readonly lines: Uint32Array;
}

const SHORTEST = 6;
const squeeze = (text: string): string => (text.toLowerCase().match(/[\p{L}\p{N}]/gu) ?? []).join("");

/**
 * Finds what a model says it quotes. Only letters and digits are compared, as models drop marks and line breaks; the answer is
 * always the document's own bytes. Null when it is not there, or too short to tell.
 */
export function quoteFinder(documents: readonly PlanDocument[]): (quote: string) => FoundQuote | null {
  const squeezed: Squeezed[] = documents.map((document) => {
    const parts = document.lines.map(squeeze);
    const letters = parts.join("");
    const lines = new Uint32Array(letters.length);
    let at = 0;
    for (const [index, part] of parts.entries()) {
      lines.fill(index + 1, at, at + part.length);
      at += part.length;
    }
    return { document, letters, lines };
  });
  return (quote) => {
    const wanted = squeeze(quote);
    if (wanted.length < SHORTEST) return null;
    for (const { document, letters, lines } of squeezed) {
      const at = letters.indexOf(wanted);
      if (at < 0) continue;
      const span = { first: lines[at] ?? 1, last: lines[at + wanted.length - 1] ?? 1 };
      const whole = quoteOf(document, span);
      return {
        source: addressOf(document, span),
        quote: whole,
        ticked: /^\s*(?:[-*+]|\d+[.)])\s+\[[xX]\]/.test(whole),
      };
    }
    return null;
  };
}
