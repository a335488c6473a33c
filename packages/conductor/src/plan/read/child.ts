/**
 * The parser's own process: text on stdin, `{blocks}` or `{error}` as JSON on stdout. Bundled as a program of its own,
 * because a document can make a parser run for minutes or out of memory, and only a process can be ended.
 */
import { text } from "node:stream/consumers";
import { readMarkdown } from "./markdown.ts";
import { readText } from "./text.ts";

function answerTo(source: string, format: string | undefined): unknown {
  try {
    return { blocks: format === "markdown" ? readMarkdown(source) : readText(source) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

// No top-level await: it must also bundle to CommonJS.
void text(process.stdin).then((source) => process.stdout.write(JSON.stringify(answerTo(source, process.argv[2]))));
