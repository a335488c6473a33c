/** The raw record of one conversation: a line of JSON for each thing said, appended as it comes. */

import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { escapeJson } from "@taskwerk/terminal/sanitise";
import { redact } from "../model/redact.ts";

export interface Transcript {
  /** Appends `{"at", "from", "line"}`; beyond the limit nothing more is written but one line that says so. */
  add(from: string, line: unknown): void;
  /** Resolves when all of it is written, or can no longer be. Never rejects. */
  close(): Promise<void>;
}

/** Opens (creating directories, mode 0600) a transcript of at most about `limitBytes`, without the `secrets` and without a character that a terminal would act on. A disk that is full ends the record, not the work. */
export async function openTranscript(
  path: string,
  { limitBytes, secrets }: { readonly limitBytes: number; readonly secrets: readonly string[] },
): Promise<Transcript> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = createWriteStream(path, { flags: "a", mode: 0o600 });
  let failed = false;
  let written = 0;
  // One promise from the start: what waits for the end hears of it however and whenever it comes.
  const over = new Promise<void>((resolve) => {
    file.once("close", resolve);
    file.on("error", () => {
      failed = true;
      resolve();
    });
  });
  const write = (from: string, line: unknown): void => {
    const text = `${redact(escapeJson(JSON.stringify({ at: new Date().toISOString(), from, line })), secrets)}\n`;
    written += text.length;
    file.write(text);
  };
  return {
    add(from, line) {
      if (failed || written > limitBytes) return;
      write(from, line);
      if (written > limitBytes) write("conductor", `the transcript ends here: it is larger than ${limitBytes} bytes`);
    },
    async close() {
      if (!failed && !file.closed) file.end();
      await over;
    },
  };
}
