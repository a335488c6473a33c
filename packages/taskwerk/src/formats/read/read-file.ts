import { WerkError } from "@taskwerk/contract/errors";

/** A text to be read, and what errors call it. */
export interface Source {
  readonly name: string;
  readonly text: string;
}

/** Rows of an import as they stand in a file, and where each one stands. The rows themselves are not judged here. */
export interface ReadRows {
  readonly rows: readonly unknown[];
  /** As errors call them: `line 3`, `tasks[0]`. */
  readonly places: readonly string[];
  /** What of the file is not taken over, in words. */
  readonly warnings?: readonly string[];
}

/** Something that keeps a file from being read. */
export interface ReadProblem {
  readonly where: string;
  readonly field: string;
  readonly message: string;
}

/** The error for a file that is not what it should be. */
export const unreadable = (
  message: string,
  problems?: readonly ReadProblem[],
  hint = "What each format looks like:  taskwerk help formats",
  done = "imported",
): WerkError =>
  new WerkError("IMPORT_INVALID", `${message}${problems ? ` Nothing was ${done}.` : ""}`, {
    hint,
    ...(problems ? { details: { problems: problems.slice(0, MOST_TOLD), total: problems.length } } : {}),
  });

const MOST_TOLD = 1_000;

/**
 * Throws when there are problems, all of them at once. `of` says what they are, e.g. `not valid JSON`; `hint` and `done`
 * are for what is no import.
 */
export function throwUnreadable(
  name: string,
  of: string,
  problems: readonly ReadProblem[],
  hint?: string,
  done?: string,
): void {
  if (problems.length === 0) return;
  const which = problems.length === 1 ? `${problems[0]!.where} is` : `${problems.length} lines are`;
  throw unreadable(`${name}: ${which} ${of}.`, problems, hint, done);
}

/** The line, counted from 1, on which each of these lines stands that say something. */
export function* linesOf(text: string): Generator<readonly [line: string, number: number]> {
  let number = 0;
  for (let from = 0; from <= text.length; ) {
    const end = text.indexOf("\n", from);
    const to = end < 0 ? text.length : end;
    number += 1;
    yield [text.endsWith("\r", to) && to > from ? text.slice(from, to - 1) : text.slice(from, to), number];
    from = to + 1;
  }
}

/** A copy without what is undefined, null, or an empty text. */
export const saying = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== ""),
  );

/** What of a foreign task has no field here: kept in its metadata under the name of where it came from. */
export function restOf(
  task: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
): Readonly<Record<string, unknown>> | undefined {
  const rest = Object.entries(task).filter(
    ([name, value]) =>
      !known.has(name) &&
      value !== null &&
      value !== "" &&
      value !== false &&
      !(typeof value === "object" && Object.keys(value).length === 0),
  );
  return rest.length === 0 ? undefined : Object.fromEntries(rest);
}

/** Words as tags: a tag has no spaces and no commas. */
export const tagsOf = (words: unknown): readonly string[] =>
  Array.isArray(words)
    ? words
        .map((word) =>
          String(word)
            .trim()
            .replace(/[\s,]+/g, "-"),
        )
        .filter((word) => word !== "")
    : [];

/** A heading and the text below it, for texts of one task that stand in several fields. */
export const joined = (parts: readonly (readonly [title: string | null, text: unknown])[]): string | undefined => {
  const said = parts.flatMap(([title, text]) => {
    const words = typeof text === "string" ? text.trim() : "";
    return words === "" ? [] : [title === null ? words : `## ${title}\n\n${words}`];
  });
  return said.length === 0 ? undefined : said.join("\n\n");
};
