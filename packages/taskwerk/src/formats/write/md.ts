import type { ExportedTask } from "@taskwerk/contract/export";
import { EXPORT_FIELDS, saysNothing, type TaskWriter, writerOf } from "./task-writer.ts";

/** Markdown for people: a heading a task, `- Key: value` lines, then sections. */
export const mdWriter = (): TaskWriter =>
  writerOf({ begin: () => "# Tasks\n", task: (task) => `\n${blocksOf(task).join("\n\n")}\n`, end: () => "" });

/** Fields that have a place of their own. */
const SECTIONS: ReadonlySet<string> = new Set(["id", "title", "description", "acceptance", "notes", "links", "files"]);
const LISTS: ReadonlySet<string> = new Set(["tags", "depends_on"]);
/** Said only where a reader of tasks would miss it. */
const QUIET: Readonly<Record<string, unknown>> = { rev: 1, active_ms: 0, fence: 0 };

/** `depends_on` is "Depends on". */
export const labelOf = (field: string): string => field[0]!.toUpperCase() + field.slice(1).replaceAll("_", " ");

function blocksOf(task: ExportedTask): readonly string[] {
  const lines = EXPORT_FIELDS.flatMap((name) => {
    const value = task[name];
    if (SECTIONS.has(name) || name === "history" || saysNothing(value) || value === QUIET[name]) return [];
    return `- ${labelOf(name)}: ${LISTS.has(name) ? (value as readonly string[]).join(", ") : said(value)}`;
  });
  return [
    `## ${task.id}: ${task.title}`,
    lines.join("\n"),
    ...(task.description === null ? [] : [`### Description\n\n${bodyOf(task.description)}`]),
    ...section("Acceptance criteria", task.acceptance, ({ text, checked, evidence }) =>
      [`- [${checked ? "x" : " "}] ${text}`, ...(evidence === null ? [] : prefixed("  > ", evidence))].join("\n"),
    ),
    ...section("Files", task.files, (file) => `- ${file}`),
    ...section("Links", task.links, ({ type, target }) => `- ${type}: ${said(target)}`),
    ...section("Notes", task.notes, ({ id, type, text, at, by }) =>
      [`- [${at}] ${type} ${id} @${by}`, ...prefixed("  ", text)].join("\n"),
    ),
  ];
}

const section = <T>(title: string, items: readonly T[], line: (item: T) => string): readonly string[] =>
  items.length === 0 ? [] : [`### ${title}\n\n${items.map(line).join("\n")}`];

const prefixed = (prefix: string, text: string): readonly string[] => text.split("\n").map((line) => prefix + line);

/** A text that would not come back as it is from the end of a line stands there as JSON. */
const said = (value: unknown): string =>
  typeof value === "string" && value !== "" && !/^\s|\s$|[\r\n]|^"/.test(value) ? value : JSON.stringify(value);

/** Lines that would end the section get a backslash, as Markdown has it. */
const bodyOf = (text: string): string =>
  text
    .split("\n")
    .map((line) => (/^\\*(?:#{2,3} |---\s*$)/.test(line) ? `\\${line}` : line))
    .join("\n");
