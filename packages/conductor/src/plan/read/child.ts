/**
 * The parser's own process: a document on stdin, its format and how many milliseconds it has as arguments, `{blocks}` (of a
 * PDF also `{text, pages, hidden}`) or `{error}` as JSON on stdout. Bundled as a program of its own, because a document can
 * make a parser run for minutes or out of memory, and only a process can be ended.
 */
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import type { CannotRead } from "./block.ts";
import { readMarkdown } from "./markdown.ts";
import type { readPdf } from "./pdf/read-pdf.ts";
import { readText } from "./text.ts";
import { watchOwnProcess } from "./watch-own-process.ts";

/** The name of errors that speak of the document; all others are faults of ours. */
const CANNOT_READ: CannotRead["name"] = "CannotRead";

const watched = watchOwnProcess(Number(process.argv[3]));

async function answerTo(bytes: Buffer, format: string | undefined): Promise<unknown> {
  try {
    if (format === "pdf") return await (await pdfReader())(new Uint8Array(bytes));
    const source = bytes.toString("utf8");
    return { blocks: format === "markdown" ? readMarkdown(source) : readText(source) };
  } catch (error) {
    const { name, message } = error as Error;
    if (name === CANNOT_READ) return { error: message };
    throw error;
  }
}

/**
 * A file of its own beside this one, twenty times as large: who plans from Markdown does not wait for it to load. Its few bytes
 * can fill the memory before the first look, so that is waited for.
 */
async function pdfReader(): Promise<typeof readPdf> {
  await watched;
  const file = join(dirname(process.argv[1] ?? ""), "pdf-reader.cjs");
  const loaded = (await import(pathToFileURL(file).href)) as { default: { readPdf: typeof readPdf } };
  return loaded.default.readPdf;
}

// No top-level await: it must also bundle to CommonJS.
void buffer(process.stdin)
  .then((bytes) => answerTo(bytes, process.argv[2]))
  .then((answer) => process.stdout.write(JSON.stringify(answer), () => process.exit(0)));
