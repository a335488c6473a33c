import { spawn } from "node:child_process";
import type { Block, DocumentFormat } from "./block.ts";
import type { HiddenText } from "./document.ts";

/** How the parser's process is started: a program and its arguments, to which the format is added. */
export interface ParserCommand {
  /** E.g. `[process.execPath, "--max-old-space-size=256", "<bundle of plan/read/child.ts>"]`. */
  readonly argv: readonly string[];
  /** The process is killed after this long. Default 15,000. */
  readonly timeoutMs?: number;
}

/** What came of parsing: blocks, or a reason that completes the sentence "it cannot be read: …". */
export type Parsed =
  | {
      readonly kind: "parsed";
      readonly blocks: readonly Block[];
      /** Of a PDF: its text as lines, the first line of each page, and what nobody sees on paper. */
      readonly text?: string;
      readonly pages?: readonly number[];
      readonly hidden?: readonly HiddenText[];
    }
  /** The document is too much or too strange for the parser; the user can change it. */
  | { readonly kind: "unreadable"; readonly reason: string };

/** The caller holds what comes back several times over, as bytes, as text and as blocks. */
const OUTPUT_LIMIT_BYTES = 12 * 1024 * 1024;

/** Parses a document in a child process with caps on time, memory (by its argv), output and nesting. Never rejects for bad input. */
export function parseInChild(
  content: string | Uint8Array,
  format: DocumentFormat,
  parser: ParserCommand,
): Promise<Parsed> {
  const [program, ...args] = parser.argv;
  if (program === undefined) throw new Error("a parser command needs a program");
  const timeoutMs = parser.timeoutMs ?? 15_000;
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args, format], { env: {}, stdio: ["pipe", "pipe", "pipe"] });
    const chunks: Buffer[] = [];
    let size = 0;
    let errors = "";
    let stopped: string | null = null;
    const stop = (reason: string) => {
      stopped ??= reason;
      child.kill("SIGKILL");
    };
    const timer = setTimeout(() => stop(`parsing took longer than ${timeoutMs / 1000} s`), timeoutMs);
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > OUTPUT_LIMIT_BYTES) stop("its structure is too large");
      else chunks.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      if (errors.length < 4_000) errors += chunk.toString("utf8");
    });
    child.stdin.on("error", () => {});
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if (stopped !== null) resolve({ kind: "unreadable", reason: stopped });
      else if (code === 0) resolve(answerOf(Buffer.concat(chunks).toString("utf8")));
      else if (signal === "SIGABRT" || code === 134 || /heap out of memory/i.test(errors)) {
        resolve({ kind: "unreadable", reason: "parsing needs more memory than is allowed" });
      } else
        reject(new Error(`the document parser ended with ${signal ?? `exit code ${code}`}: ${errors.slice(0, 400)}`));
    });
    child.stdin.end(content);
  });
}

function answerOf(output: string): Parsed {
  const { error, ...parsed } = JSON.parse(output) as Omit<Extract<Parsed, { kind: "parsed" }>, "kind"> & {
    error?: string;
  };
  if (error === undefined) return { kind: "parsed", ...parsed };
  return { kind: "unreadable", reason: error };
}
