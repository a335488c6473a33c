/** PDF to blocks. Runs in the parser's own process: see ../child.ts. */
import type { PDFDocumentProxy } from "pdfjs-dist";
import { type Block, CannotRead } from "../block.ts";
import type { HiddenText } from "../document.ts";
import { readText } from "../text.ts";
import { damaged } from "./damaged.ts";
import { withoutFurniture } from "./furniture.ts";
import type { PrintedLine, PrintedPage } from "./piece.ts";
import { isPlainPrint, printBlocks } from "./print-blocks.ts";
import { spaced } from "./spaced.ts";

/** Most pages that are read. */
export const MAX_PAGES = 500;

/** A PDF as text, with what its lines are and where its pages begin. */
export interface ReadPdf {
  readonly text: string;
  /** The number of the first line of each page, from page 1. */
  readonly pages: readonly number[];
  readonly blocks: readonly Block[];
  readonly hidden: readonly HiddenText[];
}

/** Reads the text of a PDF. Throws CannotRead. */
export async function readPdf(bytes: Uint8Array): Promise<ReadPdf> {
  const document = await open(bytes);
  if (document.numPages > MAX_PAGES)
    throw new CannotRead(`it has ${document.numPages} pages, and at most ${MAX_PAGES} are read`);
  const { printedPage } = await import("./printed-page.ts");
  const pages: PrintedPage[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await damaged(`page ${number}`, document.getPage(number));
    pages.push(await printedPage(page));
    page.cleanup();
  }
  const printed = withoutFurniture(pages);
  const isPlain = isPlainPrint(printed);
  const lines = isPlain ? spaced(printed) : printed;
  if (lines.length === 0) {
    throw new CannotRead(
      pages.some(({ hidden }) => hidden.length > 0)
        ? "its text cannot be seen on paper"
        : "its pages hold pictures and no text",
    );
  }
  const left = Math.min(...lines.map(({ x }) => x));
  const text = lines.map((line) => `${indentOf(line, left)}${line.text}`.trimEnd()).join("\n");
  return {
    text,
    pages: pages.map(({ number }) => firstLineOf(lines, number)),
    blocks: isPlain ? readText(text) : printBlocks(lines),
    hidden: pages.flatMap(({ number, hidden }) =>
      hidden.map(({ text: words, y }) => {
        const at = lineAbove(lines, number, y);
        return { kind: "unseen" as const, text: words.slice(0, 200), first: at, last: at };
      }),
    ),
  };
}

/** From where a page's lines begin; where the next ones do, when it has none. */
function firstLineOf(lines: readonly PrintedLine[], page: number): number {
  const index = lines.findIndex((line) => line.page >= page);
  return (index < 0 ? lines.length : index) + 1;
}

/** The line that stands above something on a page, or the page's first. */
function lineAbove(lines: readonly PrintedLine[], page: number, y: number): number {
  const index = lines.findLastIndex((line) => line.page === page && line.text !== "" && line.y <= y + 1);
  return index < 0 ? Math.min(lines.length, firstLineOf(lines, page)) : index + 1;
}

const indentOf = ({ x, size }: PrintedLine, left: number): string =>
  " ".repeat(Math.min(40, Math.max(0, Math.round((x - left) / (size * 0.5 || 5)))));

async function open(bytes: Uint8Array): Promise<PDFDocumentProxy> {
  without("DOMMatrix", "ImageData", "Path2D");
  const [pdfjs, worker] = await Promise.all([
    import("pdfjs-dist/legacy/build/pdf.min.mjs"),
    import("pdfjs-dist/legacy/build/pdf.worker.min.mjs"),
  ]);
  // It works in this process: nothing is looked for beside the bundle.
  Object.assign(globalThis, { pdfjsWorker: worker });
  try {
    return await pdfjs.getDocument({
      data: bytes,
      isEvalSupported: false,
      useSystemFonts: false,
      disableFontFace: true,
      // Pictures are of no use here, and unpacking them can cost any amount of memory.
      maxImageSize: 1,
      enableXfa: false,
      verbosity: 0,
    }).promise;
  } catch (error) {
    const { name, message } = error as Error;
    if (name === "PasswordException") throw new CannotRead("it is encrypted, and opens only with a password");
    throw new CannotRead(`it is damaged (${message.replace(/\.$/, "")})`);
  }
}

/** What drawing would need and reading text does not: named when the library is loaded, never used. */
function without(...names: readonly string[]): void {
  for (const name of names) if (!(name in globalThis)) Object.assign(globalThis, { [name]: class {} });
}
