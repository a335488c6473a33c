/** Topics of help that are the same for both programs: what their errors and exit codes mean. */
import type { Topic } from "./program.ts";

/** `help errors`: every code. */
const errorsTopic: Topic = {
  name: "errors",
  aliases: ["codes", "error codes"],
  summary: "Every error's code, with its exit code and HTTP status",
  async load() {
    const { ERROR_CODES, errorPage } = await import("@taskwerk/contract/error-pages");
    const width = Math.max(...ERROR_CODES.map((code) => code.length));
    return [
      "Under --json an error is one document on stdout: error.code is one of these words.",
      "What each means, and what to do:  help CODE",
      "",
      `  ${"CODE".padEnd(width)}  EXIT  HTTP`,
      ...ERROR_CODES.map((code) => {
        const { exit_code, http_status, retryable } = errorPage(code)!;
        return `  ${code.padEnd(width)}  ${String(exit_code).padStart(4)}  ${http_status}${retryable ? "   again may succeed" : ""}`;
      }),
    ];
  },
};

/** `help exit-codes`. */
const exitCodesTopic: Topic = {
  name: "exit-codes",
  aliases: ["exit codes", "exit", "exit-code", "exit code"],
  summary: "What the exit code says to a shell",
  async load() {
    const { EXIT_MEANINGS } = await import("@taskwerk/contract/error-pages");
    return [
      "Both programs end with the same codes. A command that failed in part is never 0.",
      "",
      ...EXIT_MEANINGS.map(({ code, means }) => `  ${String(code).padStart(3)}  ${means}`),
      "",
      "Which error has which code:  help errors",
    ];
  },
};

/** What both programs can tell of. */
export const COMMON_TOPICS: readonly Topic[] = [errorsTopic, exitCodesTopic];
