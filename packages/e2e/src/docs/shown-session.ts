/** What a document shows of a terminal: `console run` blocks, each command after `$ `, below it what it prints. */

/** A command and what stands below it. */
export interface Shown {
  readonly command: string;
  readonly output: string;
}

/** The commands of a Markdown text in order, each with the output that it shows. */
export function shownIn(text: string): readonly Shown[] {
  const bodies = [...text.matchAll(/^```console run\n(.*?)^```$/gms)].map(([, body]) => body ?? "");
  return bodies.flatMap((body) =>
    body
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const end = part.indexOf("\n");
        return { command: part.slice(0, end), output: part.slice(end + 1).trimEnd() };
      }),
  );
}

const DAY = "(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat) \\d{1,2} [A-Z][a-z]{2}(?: \\d{4})?(?: \\d\\d:\\d\\d)?";
/** What differs from one run to the next, and what stands for it. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9A-HJKMNP-TV-Z]{26}\.\d+\b/g, "TOKEN"],
  [/(?<=--op )[0-9A-Z]{8}\b/g, "OP"],
  [new RegExp(`\\b${DAY}`, "g"), "DAY"],
  [/\bin \d+(?: days?|h|m)\b/g, "AWAY"],
  [/\b\d\d:\d\d\b/g, "TIME"],
  [/ {2,}/g, "  "],
];

/** A text as every run prints it. */
export const alike = (text: string): string =>
  VARYING.reduce((said, [varying, word]) => said.replace(varying, word), text)
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");

const TOKEN = /\b[0-9A-HJKMNP-TV-Z]{26}\.\d+\b/;

/** The token that a document shows, and the one that a run printed in its place; null where there is none. */
export function tokensOf(shown: string, printed: string): readonly [string, string] | null {
  const [theirs] = TOKEN.exec(shown) ?? [];
  const [ours] = TOKEN.exec(printed) ?? [];
  return theirs === undefined || ours === undefined ? null : [theirs, ours];
}
