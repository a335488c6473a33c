import { withoutUnseen } from "../read/hidden-markup.ts";

const CAP = 4_000;

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&apos;": "'",
  "&#39;": "'",
  "&nbsp;": " ",
  "&#160;": " ",
};

/** Marks outside of code spans. Every pattern is bounded, so that no input makes it slow. */
function unmark(text: string): string {
  return withoutUnseen(text)
    .replace(/<!--[\s\S]{0,4000}?-->/g, " ")
    .replace(/!?\[([^[\]]{0,400})\]\([^()]{0,400}\)/g, "$1")
    .replace(/!?\[([^[\]]{1,400})\]\[[^[\]]{0,100}\]/g, "$1")
    .replace(/<((?:https?:\/\/|mailto:)[^<>\s]{1,400})>/g, "$1")
    .replace(/<\/?[a-zA-Z][^<>]{0,200}>/g, " ")
    .replace(/\*\*|~~/g, "")
    .replace(/(^|[\s("'])__(?=\S)|(?<=\S)__(?=[\s).,:;!?"']|$)/g, "$1")
    .replace(/(^|[\s("'])[*_](?=[^\s*_])|(?<=[^\s*_])[*_](?=[\s).,:;!?"']|$)/g, "$1")
    .replace(/&(?:amp|lt|gt|quot|apos|nbsp|#39|#160);/g, (name) => ENTITIES[name] ?? name)
    .replace(/\\([\\`*_{}[\]()#+\-.!>~|])/g, "$1");
}

/** A line of Markdown as a person reads it: no marks, no zero-width characters, one line. At most 4,000 characters are looked at. */
export function plainText(text: string): string {
  return text
    .slice(0, CAP)
    .split("`")
    .map((part, index) => (index % 2 === 0 ? unmark(part) : part))
    .join("")
    .replace(/[\u00ad\u180e\u200b\u200c\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069]/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** The code spans of a text. */
export const codeSpans = (text: string): readonly string[] =>
  text
    .slice(0, CAP)
    .split("`")
    .filter((part, index) => index % 2 === 1 && part.trim() !== "");
