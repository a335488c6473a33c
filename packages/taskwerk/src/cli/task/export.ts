import { WerkError } from "@taskwerk/contract/errors";
import { checkFields } from "@taskwerk/terminal/fields";
import type { View } from "@taskwerk/terminal/print-success";
import { escapeJson } from "@taskwerk/terminal/sanitise";
import { EXPORT_FIELDS, EXPORT_FORMATS, type ExportFormat } from "../../formats/write/task-writer.ts";
import { WRITERS } from "../../formats/writers.ts";
import { fileTarget } from "../file-target.ts";
import { oneOf } from "../one-of.ts";
import { progressBar } from "../progress-bar.ts";
import { queryOf, termsBeforeFlags } from "../query-words.ts";
import { type Verb, wordsOf } from "../verb.ts";
import { answerWriter } from "./export-answer.ts";
import { stdoutTarget, tellBrokenOff } from "./export-stdout.ts";

interface ExportFlags {
  readonly format?: string;
  readonly output?: string;
  readonly withHistory?: boolean;
}

const EXAMPLES = [
  "Examples:",
  "  taskwerk export -o tasks.json                 all there is; import makes it again",
  "  taskwerk export status:done --format md > done.md",
  "  taskwerk export tag:api --format csv          formulas made harmless (csv-raw: not)",
  "  taskwerk export --format ndjson | jq -r .title",
  "What each format keeps:  taskwerk help formats",
];

/**
 * `export [QUERY]`: tasks as a document, bare on stdout or in a file that is there whole or not at all. Under `--json` the
 * envelope, with the tasks, or with what was written.
 */
export const exportVerb: Verb<ExportFlags> = {
  ownsFormat: true,
  examples: EXAMPLES,
  beforeFlags: termsBeforeFlags,
  build: (command) =>
    command
      .argument("[query...]", "only these, whatever their status; without it everything")
      .option("--format <format>", `${EXPORT_FORMATS.join(", ")} (json, or as the file is called)`)
      .option("-o, --output <file>", "write this file")
      .option("--with-history", "with every task, what ever changed of it (json, ndjson, yaml)"),
  async run(app, [words], { format, output, withHistory = false }) {
    if (output !== undefined) app.refuseWhenReadonly("this writes a file");
    const wanted = formatOf(format, output);
    if (withHistory && !KEEP_ALL.has(wanted)) {
      throw new WerkError("USAGE", `--with-history: ${wanted} has no place for it.`, {
        hint: `Use one of:  ${[...KEEP_ALL].join(", ")}`,
        field: "with-history",
      });
    }
    const asAnswer = app.output.format === "json";
    if (app.output.fields) {
      if (!asAnswer) throw wholeTasks();
      checkFields(app.output.fields, output === undefined ? EXPORT_FIELDS : FILE.known);
    }
    const query = queryOf(wordsOf(words));
    const state = { done: 0, total: 0, stop: null as number | null };
    if (output !== undefined) {
      void app.world.stopped().then((code) => {
        state.stop = code;
      });
    }
    const printed = output === undefined ? stdoutTarget(app) : null;
    const target = printed ?? (await fileTarget(app.path(output!), output!));
    const warnings: string[] = [];
    const writer = asAnswer && output === undefined ? answerWriter(app.output.fields, warnings) : WRITERS[wanted]();
    const bar = progressBar(app, "exporting");
    try {
      const summary = await app.world.exportTasks(
        app.target,
        await app.caller(),
        { ...(query === undefined ? {} : { query }), ...(withHistory ? { history: true } : {}) },
        {
          begin({ prefix, total }) {
            state.total = total;
            target.write(writer.begin({ prefix }));
          },
          async rows(rows) {
            // A signal is heard between two turns only, and nobody reads on where nobody is there any more.
            if (output !== undefined) await new Promise(setImmediate);
            if (state.stop !== null || app.world.stdout.isOpen?.() === false) throw new Stopped();
            let text = "";
            for (const row of rows) text += writer.row(escapeJson(row));
            target.write(text);
            state.done += rows.length;
            bar.tell(state.done, state.total);
          },
        },
      );
      if (summary.outside > 0) {
        warnings.push(
          `${summary.outside} parents and dependencies of these tasks are not among them; another store will miss them.`,
        );
      }
      target.write(writer.end());
      target.done();
      bar.end();
      if (asAnswer) {
        if (output !== undefined)
          app.show("export.file", { file: app.path(output), format: wanted, ...summary }, FILE, warnings);
        return 0;
      }
      for (const warning of warnings) app.output.note({ text: "warning:", style: "yellow" }, ` ${warning}`);
      if (output !== undefined && !app.output.quiet) {
        app.output.note(`${summary.tasks} ${summary.tasks === 1 ? "task" : "tasks"} in ${output}.`);
      }
      return 0;
    } catch (error) {
      target.drop();
      if (error instanceof Stopped) return state.stop ?? 0;
      if (printed?.begun()) return tellBrokenOff(app, error);
      throw error;
    } finally {
      bar.end();
    }
  },
};

/** What is said under `--json` of a file that was written. */
const FILE: View<object> = {
  fields: ["file"],
  known: ["file", "format", "tasks", "outside"],
  screen: () => undefined,
};

/** A document is whole: what is only a part of it cannot be imported again. */
const wholeTasks = (): WerkError =>
  new WerkError("USAGE", "--fields: a document of an export is whole.", {
    hint: "Some fields of many tasks:  taskwerk list --all --limit 0 --format csv --fields id,title",
    field: "fields",
  });

/** Nobody wants the rest. */
class Stopped extends Error {}

/** Formats from which the same store can be made again. */
const KEEP_ALL: ReadonlySet<ExportFormat> = new Set(["json", "ndjson", "yaml"]);

const ENDINGS: Readonly<Record<string, ExportFormat>> = {
  json: "json",
  ndjson: "ndjson",
  jsonl: "ndjson",
  yaml: "yaml",
  yml: "yaml",
  md: "md",
  markdown: "md",
  csv: "csv",
  tsv: "tsv",
};

function formatOf(format: string | undefined, file: string | undefined): ExportFormat {
  if (format !== undefined) return oneOf("format", format, EXPORT_FORMATS);
  const ending = /\.([a-z]+)$/i.exec(file ?? "")?.[1]?.toLowerCase() ?? "json";
  return ENDINGS[ending] ?? "json";
}
