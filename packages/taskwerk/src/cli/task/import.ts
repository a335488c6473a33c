import type { ImportResult } from "@taskwerk/contract/import-tasks";
import { ON_CONFLICT } from "@taskwerk/contract/on-conflict";
import { dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { READ_FORMATS, readTasks } from "../../formats/read-tasks.ts";
import { oneOf } from "../one-of.ts";
import { progressBar } from "../progress-bar.ts";
import { type Verb, wordOf } from "../verb.ts";
import { importSources } from "./import-source.ts";

interface ImportFlags {
  readonly format?: string;
  readonly onConflict?: string;
  readonly key?: string;
  readonly dryRun?: boolean;
}

const EXAMPLES = [
  "Examples:",
  "  taskwerk import tasks.json --dry-run          what would become of each row",
  "  taskwerk import plan.csv --key plan-7         once, however often it is typed",
  "  taskwerk import ~/other/export.ndjson --on-conflict renumber",
  "  taskwerk import .beads/issues.jsonl           also tasks.json of task-master,",
  "  taskwerk import backlog/                      and a directory of Backlog.md",
  "What each format looks like:  taskwerk help formats",
];

/** `import FILE|-`: all rows or none; the same file with the same key only once. */
export const importVerb: Verb<ImportFlags> = {
  ownsFormat: true,
  examples: EXAMPLES,
  build: (command) =>
    command
      .argument("<file>", "a file, - for stdin, or a directory of Backlog.md, beads or task-master")
      .option("--batch", "accepted; an import is always one batch")
      .option("--format <format>", `auto, ${READ_FORMATS.join(", ")} (auto)`)
      .option("--on-conflict <what>", `where a task is there already: ${ON_CONFLICT.join(", ")} (fail)`)
      .option("--key <key>", "import under this key only once")
      .option("--dry-run", "say what would become of each row, change nothing"),
  async run(app, [file], { format, onConflict, key, dryRun = false }) {
    const wanted = oneOf("format", format ?? "auto", ["auto", ...READ_FORMATS]);
    const conflict = onConflict === undefined ? undefined : oneOf("on-conflict", onConflict, ON_CONFLICT);
    const read = readTasks(await importSources(app, wordOf(file), "tasks (taskwerk help formats)"), wanted);
    const bar = progressBar(app, "importing");
    const input = {
      tasks: [...read.rows],
      places: [...read.places],
      format: read.format,
      ...(conflict ? { on_conflict: conflict } : {}),
      ...(dryRun ? { dry_run: true } : {}),
    };
    try {
      await app.perform("task.import", input, dryRun ? CHECKED : IMPORTED, {
        progress: bar.tell,
        onAnswer: bar.end,
        warnings: read.warnings ?? [],
        ...(key === undefined ? {} : { idempotencyKey: key }),
      });
    } finally {
      bar.end();
    }
  },
};

const counted = (count: number, word: string): string => `${count} ${count === 1 ? "task" : "tasks"} ${word}`;

const resultView = (say: (result: ImportResult) => string): View<ImportResult> => ({
  fields: ["created", "updated", "skipped"],
  known: ["created", "updated", "skipped", "format", "ids", "new_ids", "list"],
  items: (result) => [{ ...result }],
  ids: (result) => result.new_ids,
  screen(output, { data }) {
    output.line(say(data));
    if (output.isTTY && data.created + data.updated > 0) output.line(dim(`  See them:  ${data.list}`));
  },
});

/** Says what a file was taken for, where that is more than its own kind. */
const from = ({ format }: ImportResult): string =>
  format === null || format === "json" || format === "ndjson" ? "" : ` from ${format}`;

const countWords = (result: ImportResult, verb: string, there: string): string =>
  [
    `${counted(result.created, verb)}${from(result)}`,
    ...(result.updated > 0 ? [`${result.updated} updated`] : []),
    ...(result.skipped > 0 ? [`${result.skipped} ${there}`] : []),
  ].join(", ");

const IMPORTED = resultView((result) => `${countWords(result, "imported", "there already")}.`);

const MOST_SHOWN = 30;

const CHECKED: View<ImportResult> = {
  fields: ["action", "id", "title", "fields", "where"],
  known: ["where", "action", "id", "title", "fields"],
  items: ({ rows = [] }) => rows.map((row) => ({ ...row })),
  ids: ({ rows = [] }) => rows.flatMap(({ id }) => id ?? []),
  screen(output, { data }) {
    const { rows = [] } = data;
    output.table(
      [{ title: "ROW" }, { title: "WOULD" }, { title: "ID" }, { title: "TITLE", shrinks: true }],
      rows
        .slice(0, MOST_SHOWN)
        .map(({ where, action, id, title, fields }) => [
          where,
          action,
          id ?? "new",
          fields.length > 0 ? `${title}  (${fields.join(", ")})` : title,
        ]),
    );
    if (rows.length > MOST_SHOWN) output.line(dim(`  and ${rows.length - MOST_SHOWN} more (--json lists them all)`));
    output.line(`${countWords(data, "would be imported", "would stay as they are")}.`);
    output.line("Nothing was changed.");
  },
};
