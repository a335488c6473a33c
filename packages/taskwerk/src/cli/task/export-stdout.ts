import { printError } from "@taskwerk/terminal/print-error";
import { sanitiseBlock } from "@taskwerk/terminal/sanitise";
import type { App } from "../app.ts";
import type { FileTarget } from "../file-target.ts";

/** Where a document of an export goes that goes to stdout. */
export interface StdoutTarget extends FileTarget {
  /** Some of it is printed: nothing else may follow it there. */
  readonly begun: () => boolean;
}

/** What is held back, in characters, so that a document of up to this many is printed whole or not at all. */
const HELD_BACK = 1 << 20;

/**
 * stdout for one document. A short one waits until all of it is there; of a longer one what is ready is printed, so that
 * memory does not grow with it. A person is shown what a program gets as it is.
 */
export function stdoutTarget({ output }: App): StdoutTarget {
  const print = output.isTTY
    ? (text: string) => output.raw(text.split("\t").map(sanitiseBlock).join("\t"))
    : output.raw;
  const state = { held: "", begun: false };
  const flush = (): void => {
    const { held } = state;
    if (held === "") return;
    state.held = "";
    state.begun = true;
    print(held);
  };
  return {
    write(text) {
      state.held += text;
      if (state.begun || state.held.length > HELD_BACK) flush();
    },
    done: flush,
    drop() {
      state.held = "";
    },
    begun: () => state.begun,
  };
}

/**
 * Says on stderr, under `--json` too, that an export broke off when some of it was on stdout already: a second document
 * there would make neither readable. Answers the exit code.
 */
export function tellBrokenOff({ output }: App, error: unknown): number {
  const code = printError({ ...output, format: "auto" }, error);
  output.note("  What stdout has is only the beginning of the document.");
  return code;
}
