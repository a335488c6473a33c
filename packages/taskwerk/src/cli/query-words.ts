/** Words of a command line as a query. The shell has taken their quotes away, so some have to be put back. */

const LEFT_OUT = /^-[a-z][a-z_.]+[:=]/i;

/** `-tag:wip` is what a query leaves out, and not the flag `-t` with `ag:wip`. */
export function termsBeforeFlags(words: readonly string[]): readonly string[] {
  const end = words.indexOf("--");
  return words.map((word, at) => ((end < 0 || at < end) && LEFT_OUT.test(word) ? `!${word.slice(1)}` : word));
}

/** The words behind a verb as the text of one query; undefined where nobody asked for anything. */
export function queryOf(words: readonly string[]): string | undefined {
  const text = words.map(asTyped).join(" ").trim();
  return text === "" ? undefined : text;
}

/**
 * One argument as it was before the shell: `due:tomorrow 9am` was one value in quotes, `two words` a text in quotes, and
 * `status:todo tag:api` a whole query in quotes.
 */
function asTyped(argument: string): string {
  const pieces = argument.trim().split(/\s+/);
  if (pieces.length < 2 || argument.includes('"')) return argument;
  const [first = "", ...others] = pieces;
  if (others.some((piece) => TERM.test(piece) || SIGN.test(piece)) || SIGN.test(first)) return argument;
  const term = TERM.exec(first)?.[0];
  if (term === undefined) return quoted(argument);
  const value = argument.trimStart().slice(term.length);
  if (value.includes(",")) return argument;
  if (!ORDERED.test(term)) return term + quoted(value);
  const ends = value.split("..").map((end) => (/\s/.test(end) ? quoted(end) : end));
  return ends.length > 2 ? argument : term + ends.join("..");
}

const TERM = /^[-!]?[a-z][\w.-]*(?:!=|[:=]?[<>]=?|[:=])/i;
const SIGN = /^(?:and|or|not)$|^[-!]?\(|\)$/i;
/** What takes ranges: there, dots part one end from the other. */
const ORDERED = /due|defer|created|updated|started|completed/i;
const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;
