import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import type { ImportResult } from "@taskwerk/contract/task";
import { dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { readTasks, TASK_FORMATS, type TaskFormat } from "../../formats/read-tasks.ts";
import { textOfFile } from "../app.ts";
import { type Verb, wordOf } from "../verb.ts";

interface ImportFlags {
  readonly format?: string;
  readonly onConflict?: string;
  readonly key?: string;
  readonly dryRun?: boolean;
}

/** `import FILE|-`: all rows or none; the same file with the same key only once. */
export const importVerb: Verb<ImportFlags> = {
  ownsFormat: true,
  build: (command) =>
    command
      .argument("<file>", "a file, or - for stdin")
      .option("--batch", "accepted; an import is always one batch")
      .option("--format <format>", `${TASK_FORMATS.join(", ")} (auto)`)
      .option("--on-conflict <what>", "fail or skip, where a key is there already (fail)")
      .option("--key <key>", "import under this key only once")
      .option("--dry-run", "check it, change nothing"),
  async run(app, [file], { format, onConflict, key, dryRun }) {
    const name = wordOf(file);
    const wanted = oneOf("format", format ?? "auto", TASK_FORMATS);
    const conflict = onConflict === undefined ? undefined : oneOf("on-conflict", onConflict, ["fail", "skip"] as const);
    const text = name === "-" ? await app.world.readStdin() : await textOfFile(app.path(name));
    const tasks = readTasks(text, { name: name === "-" ? "stdin" : name, format: wanted as TaskFormat });
    const input = {
      tasks: [...tasks],
      ...(conflict ? { on_conflict: conflict } : {}),
      ...(dryRun ? { dry_run: true } : {}),
    };
    await app.perform(
      "task.import",
      input,
      dryRun ? CHECKED : IMPORTED,
      key === undefined ? {} : { idempotencyKey: key },
    );
  },
};

function oneOf<T extends string>(flag: string, word: string, known: readonly T[]): T {
  const found = known.find((one) => one === word);
  if (found) return found;
  const near = nearest(word, known);
  throw new WerkError("USAGE", `--${flag}: no "${word}".${near ? ` Did you mean "${near}"?` : ""}`, {
    hint: `Use one of:  ${known.join(", ")}`,
    field: flag,
    given: word,
  });
}

const counted = (count: number, word: string): string => `${count} ${count === 1 ? "task" : "tasks"} ${word}`;

const resultView = (say: (result: ImportResult) => string): View<ImportResult> => ({
  fields: ["created", "updated", "skipped"],
  known: ["created", "updated", "skipped", "ids", "new_ids", "list"],
  items: (result) => [{ ...result }],
  ids: (result) => result.new_ids,
  screen(output, { data }) {
    output.line(say(data));
    if (output.isTTY && data.created > 0) output.line(dim(`  See them:  ${data.list}`));
  },
});

const IMPORTED = resultView(({ created, updated, skipped }) =>
  [
    counted(created, "imported"),
    ...(updated > 0 ? [`${updated} updated`] : []),
    ...(skipped > 0 ? [`${skipped} there already`] : []),
  ]
    .join(", ")
    .concat("."),
);
const CHECKED = resultView(
  ({ created, skipped }) =>
    `${counted(created, "would be imported")}, ${skipped} are there already. Nothing was changed.`,
);
