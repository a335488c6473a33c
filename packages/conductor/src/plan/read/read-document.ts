import { createHash } from "node:crypto";
import { extname, resolve } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import { readBytes } from "./bytes.ts";
import { decode } from "./decode.ts";
import type { PlanDocument } from "./document.ts";
import { findHidden } from "./hidden.ts";
import { type ParserCommand, parseInChild } from "./parse-in-child.ts";
import { unreadable } from "./unreadable.ts";

/** Largest document of text that is read. */
export const MAX_DOCUMENT_BYTES = 5 * 1024 * 1024;
/** Largest PDF that is read; most of one is pictures and fonts. */
export const MAX_PDF_BYTES = 25 * 1024 * 1024;

const MARKDOWN = new Set([".md", ".markdown", ".mdown", ".mkd", ".mdx"]);

/** How a document is read, and from where. */
export interface ReadDocumentOptions {
  readonly parser: ParserCommand;
  /** What a relative path starts from. */
  readonly cwd: string;
  /** Ends reading at once, with the parser's process. */
  readonly signal?: AbortSignal;
}

/**
 * Reads a document: Markdown or plain text of at most 5 MB, or a PDF of at most 25 MB. Follows symbolic links, but reads only
 * regular files. Throws FILE_NOT_FOUND (with near names), PRD_UNREADABLE, PRD_EMPTY, and the signal's reason.
 */
export async function readDocument(path: string, options: ReadDocumentOptions): Promise<PlanDocument> {
  const { cwd, signal } = options;
  signal?.throwIfAborted();
  const extension = extname(path).toLowerCase();
  const bytes = await readBytes(path, resolve(cwd, path), extension === ".pdf" ? MAX_PDF_BYTES : MAX_DOCUMENT_BYTES);
  // By its content: people rename files. Some programs write a few bytes before the mark.
  const isPdf = bytes.subarray(0, extension === ".pdf" ? 1024 : 5).includes("%PDF-");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (isPdf) return { path, sha256, ...(await readPdf(path, bytes, options)) };
  if (extension === ".pdf" && bytes.length > 0)
    throw unreadable(path, "it is named as a PDF and is none", "Name it for what it is: .md or .txt.");
  return { path, sha256, ...(await readText(path, decode(path, bytes), MARKDOWN.has(extension), options)) };
}

type Content = Omit<PlanDocument, "path" | "sha256">;

type Parse = Pick<ReadDocumentOptions, "parser" | "signal">;

async function readText(path: string, text: string, isMarkdown: boolean, by: Parse): Promise<Content> {
  if (text.trim() === "") throw empty(path, "has no text");
  const format = isMarkdown ? "markdown" : "text";
  const parsed = await parseInChild(text, format, by.parser, by.signal);
  if (parsed.kind === "unreadable") throw unreadable(path, parsed.reason, "Split it, or take out what is generated.");
  if (parsed.blocks.every((block) => block.kind === "html" || block.kind === "front-matter"))
    throw empty(path, "has only comments or front matter");
  return {
    format,
    text,
    lines: text.split("\n"),
    blocks: parsed.blocks,
    hidden: findHidden(text, format, parsed.blocks),
  };
}

async function readPdf(path: string, bytes: Buffer, by: Parse): Promise<Content> {
  const parsed = await parseInChild(bytes, "pdf", by.parser, by.signal);
  if (parsed.kind === "unreadable") throw unreadable(path, parsed.reason, hintForPdf(path, parsed.reason));
  const { text = "", pages = [], hidden = [], blocks } = parsed;
  const all = [...hidden, ...findHidden(text, "pdf", blocks)].sort((a, b) => a.first - b.first);
  return { format: "pdf", text, lines: text.split("\n"), pages, blocks, hidden: all };
}

function hintForPdf(path: string, reason: string): string {
  if (reason.includes("password")) return "Save a copy without a password, and name that.";
  if (reason.includes("pictures")) return `Let a program read the pictures first: ocrmypdf ${path} read-${path}`;
  if (reason.includes("damaged")) return "Open it in a viewer and save or print it as a new PDF.";
  return "Save the pages that matter as a PDF of their own, or as text: pdftotext -layout FILE.pdf FILE.txt";
}

const empty = (path: string, why: string): WerkError =>
  new WerkError("PRD_EMPTY", `${path} ${why}`, { hint: "Write what is wanted, then run it again.", given: path });
