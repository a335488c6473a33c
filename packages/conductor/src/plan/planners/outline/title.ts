import { plainText } from "../../sections/inline.ts";

const LONGEST = 90;
const SUBJECT =
  /^(?:the|this|our|each|every)?\s*(?:system|tool|program|application|app|product|service|software|it|cli|user|users)\s+(?:must|shall|should|will|may)\s+(?:be able to\s+)?(?!not\b)/i;

/** Only plain words: paths and commands stay as they are. */
const capital = (text: string): string =>
  text.replace(/^[a-z]+(?=[\s,;:]|$)/, (word) => word.slice(0, 1).toUpperCase() + word.slice(1));

/**
 * A task's title from the words of a requirement or item: "The system MUST provide a log" becomes "Provide a log".
 * At most 90 characters, cut between words with an ellipsis.
 */
export function titleOf(text: string): string {
  let title = plainText(text).replace(/[\s:;,.]+$/, "");
  title = title.replace(/\s*\((?:depends? on|blocked by|after|requires|needs)\b[^()]{0,100}\)$/i, "");
  const end = /[.!?]\s+(?=\p{Lu})/u.exec(title);
  if (end !== null && end.index >= 8) title = title.slice(0, end.index);
  title = capital(title.replace(SUBJECT, "").replace(/\s*\([^()]*\)$/, (tail) => (title.length > LONGEST ? "" : tail)));
  if (title.length <= LONGEST) return title;
  const cut = title.slice(0, LONGEST);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), LONGEST / 2)).replace(/[\s,;:–—-]+$/, "")}…`;
}
