import { appendFileSync, closeSync, fchmodSync, fstatSync, openSync } from "node:fs";
import { WerkError } from "@taskwerk/contract/errors";
import type { Answered } from "./make-server.ts";
import { shownRoute } from "./scope-gate.ts";

/** What a server writes down about itself: lines of time and words, never a token, a query or a body. */
export interface ServerLog {
  readonly say: (words: string) => void;
  /** With `verbose` only. */
  readonly answered: (answered: Answered) => void;
  /** A defect of ours, with its stack. */
  readonly defect: (error: unknown) => void;
  readonly close: () => void;
}

/**
 * Opens a log at the end of a file, for its owner only; without one, requests and defects go to `tell`. A line that cannot be
 * written is lost, the server goes on. Throws USAGE for a file that cannot be opened.
 */
export function openServerLog(
  file: string | null,
  {
    verbose,
    now,
    tell,
  }: { readonly verbose: boolean; readonly now: () => Date; readonly tell: (line: string) => void },
): ServerLog {
  const descriptor = file === null ? null : opened(file);
  const write = (words: string): void => {
    const line = `${now().toISOString()} ${words}`;
    if (descriptor === null) tell(line);
    else {
      try {
        appendFileSync(descriptor, `${line}\n`);
      } catch {
        // A full disk is no reason to answer nobody.
      }
    }
  };
  return {
    say: (words) => {
      if (descriptor !== null) write(words);
    },
    answered: ({ method, url, status, scope, ms }) => {
      if (verbose) write(`${shownRoute(method, url)} ${status || "gone"} ${Math.round(ms)}ms ${scope}`);
    },
    defect: (error) => write(error instanceof Error ? (error.stack ?? String(error)) : String(error)),
    close: () => {
      if (descriptor !== null) closeSync(descriptor);
    },
  };
}

function opened(file: string): number {
  const refuse = (why: string, cause?: unknown): WerkError =>
    new WerkError("USAGE", `cannot write the log ${file}: ${why}`, { field: "log", given: file, cause });
  try {
    const descriptor = openSync(file, "a", 0o600);
    if (fstatSync(descriptor).isFile()) fchmodSync(descriptor, 0o600);
    return descriptor;
  } catch (error) {
    throw refuse((error as NodeJS.ErrnoException).code ?? String(error), error);
  }
}
