/**
 * The parser's own process: text on stdin, `{blocks}` or `{error}` as JSON on stdout. Bundled as a program of its own,
 * because a document can make a parser run for minutes or out of memory, and only a process can be ended.
 */
import { text } from "node:stream/consumers";
import { readMarkdown } from "./markdown.ts";
import { readText } from "./text.ts";

const format = process.argv[2];
const source = await text(process.stdin);
let answer: unknown;
try {
  answer = { blocks: format === "markdown" ? readMarkdown(source) : readText(source) };
} catch (error) {
  answer = { error: error instanceof Error ? error.message : String(error) };
}
process.stdout.write(JSON.stringify(answer));
