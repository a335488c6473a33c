import { parseYaml } from "@taskwerk/config/parse-yaml";
import { isWerkError } from "@taskwerk/contract/errors";
import { readJson } from "./json.ts";
import { linesOf, type ReadProblem, type ReadRows, type Source, throwUnreadable, unreadable } from "./read-file.ts";

const ITEM = "  - ";
/** Beyond that a document is only read where its tasks stand one by one, as an export writes them. */
const MOST_WHOLE = 8_000_000;
const MOST_LEVELS = 64;

/**
 * YAML with `tasks:` and a list below it, or a list. Tasks that stand apart (two spaces, a dash) are read one by one, in
 * time that grows with their number only; any other document is read whole.
 */
export function readYaml(source: Source): ReadRows {
  const { name, text } = source;
  const items = itemsOf(text);
  if (items !== null) return readItems(name, items);
  if (text.length > MOST_WHOLE) {
    throw unreadable(
      `${name} is too long to be read whole, and its tasks do not stand one by one as an export has them.`,
    );
  }
  const { value, lines } = yamlOf(text, name);
  const { rows } = readJson(source, value);
  return { rows, places: rows.map((_, at) => `line ${lines.get(`tasks.${at}`) ?? lines.get(`.${at}`) ?? 1}`) };
}

interface Item {
  readonly line: number;
  readonly text: string;
}

/** The tasks of a document in the form of an export; null for any other. */
function itemsOf(text: string): readonly Item[] | null {
  const items: { line: number; lines: string[] }[] = [];
  let tasks = false;
  for (const [line, number] of linesOf(text)) {
    if (!tasks) {
      if (line === "tasks:") tasks = true;
      else if (!/^(?:(?:format|version|prefix): .*|#.*|---|\s*)$/.test(line)) return null;
    } else if (line.startsWith(ITEM)) items.push({ line: number, lines: [line] });
    else if (/^ {4}/.test(line) || line.trim() === "") items.at(-1)?.lines.push(line);
    else return null;
  }
  if (!tasks || items.length === 0) return null;
  return items.map(({ line, lines }) => ({ line, text: lines.join("\n") }));
}

function readItems(name: string, items: readonly Item[]): ReadRows {
  const rows: unknown[] = [];
  const problems: ReadProblem[] = [];
  for (const { line, text } of items) {
    try {
      rows.push(plainItem(text) ?? (yamlOf(text, name).value as readonly unknown[])[0]);
    } catch (error) {
      if (!isWerkError(error)) throw error;
      problems.push({ where: `line ${line}`, field: "", message: error.message });
    }
  }
  throwUnreadable(name, "not valid YAML", problems);
  return { rows, places: items.map(({ line }) => `line ${line}`) };
}

const PAIR = /^(?: {4}| {2}- )([a-z_]+): (.+)$/;

/** A task of `key: JSON` lines and nothing else, without the reader of YAML; null where there is more to it. */
function plainItem(text: string): Readonly<Record<string, unknown>> | null {
  const row: Record<string, unknown> = {};
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, key, value] = PAIR.exec(line) ?? [];
    if (key === undefined || value === undefined || Object.hasOwn(row, key) || value.includes("__proto__")) return null;
    try {
      row[key] = JSON.parse(value);
    } catch {
      return null;
    }
  }
  return row;
}

/** The same error as for every other file. */
function yamlOf(text: string, name: string): ReturnType<typeof parseYaml> {
  try {
    const parsed = parseYaml(text, name, MOST_LEVELS);
    if (hasPrototype(parsed.value)) throw unreadable(`${name}: a key "__proto__" is not allowed.`);
    return parsed;
  } catch (error) {
    if (!isWerkError(error) || error.code === "IMPORT_INVALID") throw error;
    throw unreadable(error.message);
  }
}

const hasPrototype = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  (Object.hasOwn(value, "__proto__") || Object.values(value).some(hasPrototype));
