import { blank } from "../blank.mjs";

export const extensions = [".md", ".markdown"];

const FENCED = /^\s{0,3}(```+|~~~+)[^\n]*\n[\s\S]*?(?:^\s{0,3}\1[`~]*\s*$|$(?![\s\S]))/gm;
const CODE = /(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g;
const COMMENT = /<!--[\s\S]*?(?:-->|$(?![\s\S]))/g;
const INLINE = /\[[^\]]*\]\(\s*<?([^\s)>]+)>?(?:\s+["'(][^)]*)?\)/g;
const DEFINITION = /^\s{0,3}\[([^\]^][^\]]*)\]:\s*<?([^\s>]+)>?.*$/gm;
const REFERENCE = /\[([^\]]+)\]\[([^\]]*)\]/g;
const AUTOLINK = /<((?:https?|ftp|mailto):[^\s<>]+)>/gi;

/** The links of a Markdown text with their lines: inline, by reference, autolinks. Code and comments have none. */
export function links(text) {
  const plain = blank(text, FENCED, CODE, COMMENT);
  const definitions = new Map();
  for (const [, name, target] of plain.matchAll(DEFINITION)) definitions.set(nameOf(name), target);
  const used = blank(plain, DEFINITION);
  const found = [
    ...[...used.matchAll(INLINE)].map((match) => ({ target: match[1], at: match.index })),
    ...[...used.matchAll(AUTOLINK)].map((match) => ({ target: match[1], at: match.index })),
    ...[...used.matchAll(REFERENCE)].flatMap((match) => {
      const target = definitions.get(nameOf(match[2] === "" ? match[1] : match[2]));
      return target === undefined ? [] : [{ target, at: match.index }];
    }),
  ];
  return found
    .sort((a, b) => a.at - b.at)
    .map(({ target, at }) => ({ target, line: text.slice(0, at).split("\n").length }));
}

const nameOf = (name) => name.trim().toLowerCase().replace(/\s+/g, " ");
