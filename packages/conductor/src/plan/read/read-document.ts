import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open, readdir } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import type { DocumentFormat } from "./block.ts";
import type { PlanDocument } from "./document.ts";
import { findHidden } from "./hidden.ts";
import { nearNames } from "./near-names.ts";
import { type ParserCommand, parseInChild } from "./parse-in-child.ts";

/** Largest document that is read. */
export const MAX_DOCUMENT_BYTES = 5 * 1024 * 1024;

const MARKDOWN = new Set([".md", ".markdown", ".mdown", ".mkd", ".mdx"]);

export interface ReadDocumentOptions {
  readonly parser: ParserCommand;
  /** What a relative path starts from. */
  readonly cwd: string;
}

const unreadable = (path: string, reason: string, hint: string): WerkError =>
  new WerkError("PRD_UNREADABLE", `${path} cannot be read: ${reason}`, { hint, given: path });

/**
 * Reads a Markdown or plain-text document of at most 5 MB, as UTF-8. Follows symbolic links, but reads only regular files.
 * Throws FILE_NOT_FOUND (with near names), PRD_UNREADABLE, PRD_EMPTY.
 */
export async function readDocument(path: string, { parser, cwd }: ReadDocumentOptions): Promise<PlanDocument> {
  const bytes = await readBytes(path, resolve(cwd, path));
  const text = decode(path, bytes);
  if (text.trim() === "") {
    throw new WerkError("PRD_EMPTY", `${path} has no text`, {
      hint: "Write what is wanted, then run it again.",
      given: path,
    });
  }
  const format: DocumentFormat = MARKDOWN.has(extname(path).toLowerCase()) ? "markdown" : "text";
  const parsed = await parseInChild(text, format, parser);
  if (parsed.kind === "unreadable") {
    throw unreadable(path, parsed.reason, "Split it, or take out what is generated.");
  }
  if (parsed.blocks.every((block) => block.kind === "html" || block.kind === "front-matter")) {
    throw new WerkError("PRD_EMPTY", `${path} has only comments or front matter`, {
      hint: "Write what is wanted, then run it again.",
      given: path,
    });
  }
  return {
    path,
    format,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    text,
    lines: text.split("\n"),
    blocks: parsed.blocks,
    hidden: findHidden(text),
  };
}

async function readBytes(path: string, absolute: string): Promise<Buffer> {
  let file: FileHandle;
  try {
    // Without O_NONBLOCK, opening a pipe waits for a writer that may never come.
    file = await open(absolute, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw await openFailure(path, absolute, error);
  }
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) throw unreadable(path, "it is a directory", "Name the document in it.");
    if (!stat.isFile()) throw unreadable(path, "it is not a regular file", "Save it as a file and name that.");
    const bytes = await readAtMost(file, MAX_DOCUMENT_BYTES + 1);
    if (stat.size > MAX_DOCUMENT_BYTES || bytes.length > MAX_DOCUMENT_BYTES) {
      throw unreadable(
        path,
        "it is larger than 5 MB",
        "Split it and name the parts: conductor plan decompose A.md B.md",
      );
    }
    return bytes;
  } finally {
    await file.close();
  }
}

/** By what was read, not by the size that the file claims: some files grow, some claim 0. */
async function readAtMost(file: FileHandle, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  while (total < limit) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(256 * 1024, limit - total)));
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    total += bytesRead;
  }
  return Buffer.concat(chunks);
}

async function openFailure(path: string, absolute: string, error: unknown): Promise<WerkError> {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT" || code === "ENOTDIR") {
    const folder = dirname(absolute);
    const names = await readdir(folder).catch(() => [] as string[]);
    const typed = dirname(path);
    const near = nearNames(basename(path), names).map((name) => (typed === "." ? name : join(typed, name)));
    return new WerkError("FILE_NOT_FOUND", `there is no file ${path}`, {
      hint: near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `Look at what is there: ls ${typed}`,
      given: path,
      candidates: near,
    });
  }
  const reason =
    code === "EACCES" || code === "EPERM"
      ? "permission denied"
      : code === "ELOOP"
        ? "its links go in a circle"
        : `${code}`;
  return unreadable(path, reason, "Check that you can open it yourself.");
}

function decode(path: string, bytes: Buffer): string {
  const start = bytes.subarray(0, 5).toString("latin1");
  if (start === "%PDF-") {
    throw unreadable(path, "it is a PDF", "Turn it into text first: pdftotext -layout FILE.pdf FILE.txt");
  }
  if (start.startsWith("PK\u0003\u0004")) {
    throw unreadable(path, "it is a packed file (.docx, .odt or .zip)", "Export it as Markdown or plain text.");
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) throw unreadable(path, `it is not text (a NUL byte at ${nul})`, "Save it as UTF-8 text or Markdown.");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/\r\n?/g, "\n");
  } catch {
    throw unreadable(path, "it is not UTF-8", "Save it as UTF-8: iconv -f latin1 -t utf-8 FILE > FILE.utf8.md");
  }
}
