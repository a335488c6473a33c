import { spawn } from "node:child_process";
import type { Block, DocumentFormat } from "./block.ts";
import type { HiddenText } from "./document.ts";

/** How the parser's process is started: a program and its arguments, to which the format and its time are added. */
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

/** When the process that started it does not end it, the parser does so itself, this much later. */
const OWN_DEADLINE_AFTER_MS = 1_000;

/** The caller holds what comes back several times over, as bytes, as text and as blocks. */
const OUTPUT_LIMIT_BYTES = 12 * 1024 * 1024;

/**
 * Parses a document in a child process with caps on time, memory (by its argv), output and nesting. Never rejects for bad
 * input; rejects with the signal's reason once the process is gone. When this process ends, the other one ends too.
 */
export function parseInChild(
  content: string | Uint8Array,
  format: DocumentFormat,
  parser: ParserCommand,
  signal?: AbortSignal,
): Promise<Parsed> {
  const [program, ...args] = parser.argv;
  if (program === undefined) throw new Error("a parser command needs a program");
  const timeoutMs = parser.timeoutMs ?? 15_000;
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(program, [...args, format, String(timeoutMs + OWN_DEADLINE_AFTER_MS)], {
      env: {},
      // The fourth is never written to: it closes when this process is gone.
      stdio: ["pipe", "pipe", "pipe", "pipe"],
      // A terminal's Ctrl-C is for the one that started it, which knows what to say then.
      detached: true,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    let errors = "";
    let stopped: string | null = null;
    const stop = (reason: string) => {
      stopped ??= reason;
      child.kill("SIGKILL");
    };
    const aborted = (): void => {
      child.kill("SIGKILL");
    };
    signal?.addEventListener("abort", aborted, { once: true });
    const over = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", aborted);
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
      over();
      reject(error);
    });
    child.on("close", (code, endedBy) => {
      over();
      if (signal?.aborted) reject(signal.reason);
      else if (stopped !== null) resolve({ kind: "unreadable", reason: stopped });
      else if (code === 0) resolve(answerOf(Buffer.concat(chunks).toString("utf8")));
      else if (endedBy === "SIGABRT" || code === 134 || /heap out of memory/i.test(errors)) {
        resolve({ kind: "unreadable", reason: "parsing needs more memory than is allowed" });
      } else
        reject(new Error(`the document parser ended with ${endedBy ?? `exit code ${code}`}: ${errors.slice(0, 400)}`));
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
