import type { BatchAnswer } from "@taskwerk/contract/batch";
import type { View } from "@taskwerk/terminal/print-success";
import { wrap } from "@taskwerk/terminal/wrap";
import { BATCH_WORDS } from "../core/batch-line.ts";
import { parsedLines } from "../formats/read/json.ts";
import { progressBar } from "./progress-bar.ts";
import { importSources } from "./task/import-source.ts";
import { type Verb, wordOf } from "./verb.ts";

const EXAMPLES = [
  "One JSON object a line; the fields are those of the operation over HTTP:",
  '  {"op":"add","ref":"a","title":"Fix the login","tags":["api"]}',
  '  {"op":"add","title":"Release","depends_on":["@a"]}',
  '  {"op":"note","id":"@a","text":"seen on Firefox only"}',
  '  {"op":"done","id":"TASK-007","evidence":{"commit":"4f2a91c"}}',
  "@a is the task of the line with that ref, in claim and token its claim.",
  ...wrap(`Operations: ${BATCH_WORDS.join(", ")}.`, 76).map((line, at) => (at === 0 ? line : `  ${line}`)),
  "It is one change: one transaction, one line of the log, one undo.",
];

/** `batch FILE|-`: NDJSON operations in one transaction. */
export const batchVerb: Verb<{ readonly dryRun?: boolean }> = {
  examples: EXAMPLES,
  build: (command) =>
    command
      .argument("<file>", "lines of operations, - for stdin")
      .option("--dry-run", "say what would change, change nothing"),
  async run(app, [file], { dryRun = false }) {
    const [source] = await importSources(app, wordOf(file), "operations, one JSON object a line");
    const { rows, places } = parsedLines(source!, "What a line looks like:  taskwerk help batch", "done");
    const bar = progressBar(app, "batch");
    try {
      await app.perform(
        "batch",
        { operations: [...rows], places: [...places], ...(dryRun ? { dry_run: true } : {}) },
        ANSWERS,
        { progress: bar.tell, onAnswer: bar.end },
      );
    } finally {
      bar.end();
    }
  },
};

const ANSWERS: View<readonly BatchAnswer[]> = {
  fields: ["where", "op", "ids"],
  known: ["where", "op", "ref", "ids", "data", "warnings"],
  ids: (answers) => answers.flatMap(({ ids }) => ids),
  screen(output, { data }) {
    for (const { where, op, ids, warnings } of data) {
      output.line(where, "  ", op, "  ", ids.join(", "));
      for (const warning of warnings) output.note({ text: "warning:", style: "yellow" }, ` ${where}: ${warning}`);
    }
    output.line(`${data.length} ${data.length === 1 ? "operation" : "operations"} done.`);
  },
};
