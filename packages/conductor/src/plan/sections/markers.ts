/** The small marks that requirements and task lists carry: ids, stories, priorities, modal verbs. Pure. */
import type { Priority } from "@taskwerk/contract/status";
import type { RequirementLevel } from "../../model/plan.ts";
import { plainText } from "./inline.ts";

const ID = String.raw`[A-Z]{1,6}(?:-[A-Z]{1,6})?-?\d{1,5}(?:\.\d{1,3})*`;
/** "SHOP-102", and no norm, format or cipher. */
const TICKET = String.raw`(?!(?:UTF|ISO|SHA|RFC|TLS|AES|RSA|USB|ECMA|IEEE|IEC|DIN|GPT|HTTP|FIPS|NIST|PCI|WCAG|COVID|CVE|BASE|IPV|MPEG|UCS|EBCDIC|ANSI|ASCII|HMAC|JSR|PEP)-)[A-Z]{3,10}-\d{1,5}`;
const LEADING_ID = new RegExp(
  String.raw`^(?:\*\*\[?(${ID})\]?[:.]?\*\*[:.]?|\[(${ID})\](?!\()|\((${ID})\)|(${ID})[:.)](?=\s)|(${ID})(?=\s+[-–—]\s)|(T\d{3,5}|(?:R|REQ|FR|NFR|AC|BR|UC)-?\d{1,4}|${TICKET})(?=\s))\s*[-–—:]?\s*`,
);

/** An item's text without the marks at its start, and what they said. */
export interface Marks {
  readonly id: string | null;
  /** Spec Kit's `[P]`: may be done beside its neighbours. */
  readonly parallel: boolean;
  /** Spec Kit's `[US1]`. */
  readonly stories: readonly string[];
  readonly priority: Priority | null;
  /** As written, without the marks. */
  readonly rest: string;
}

const PRIORITY =
  /\s*[([](?:priority:?\s*)?(p[0-4]|critical|high|medium|low|must(?:[- ]have)?|should(?:[- ]have)?|could(?:[- ]have)?|nice[- ]to[- ]have|optional)[)\]]/i;

/** P0-P4, MoSCoW and plain words. */
export function priorityOf(word: string): Priority | null {
  const low = word.trim().toLowerCase();
  if (/^(?:p0|critical|urgent|blocker)$/.test(low)) return "critical";
  if (/^(?:p1|high|must|must[- ]have|mandatory)$/.test(low)) return "high";
  if (/^(?:p2|medium|normal|should|should[- ]have)$/.test(low)) return "medium";
  if (/^(?:p3|p4|low|could|could[- ]have|nice[- ]to[- ]have|may|optional)$/.test(low)) return "low";
  return null;
}

/** How binding something is that only says how urgent it is. */
export function levelOfPriority(priority: Priority): RequirementLevel {
  if (priority === "critical" || priority === "high") return "must";
  return priority === "low" ? "may" : "should";
}

/** Reads the marks of one item or heading. */
export function marksOf(text: string): Marks {
  let rest = text.trim();
  let id: string | null = null;
  const leading = LEADING_ID.exec(rest);
  if (leading !== null) {
    id = leading.slice(1).find((group) => group !== undefined) ?? null;
    rest = rest.slice(leading[0].length);
  }
  let parallel = false;
  const stories: string[] = [];
  for (;;) {
    const mark = /^\[(P|US\d{1,3})\]\s*/.exec(rest);
    if (mark === null) break;
    if (mark[1] === "P") parallel = true;
    else stories.push(mark[1] ?? "");
    rest = rest.slice(mark[0].length);
  }
  const found = PRIORITY.exec(rest.slice(0, 400));
  const priority = found === null ? null : priorityOf(found[1] ?? "");
  if (found !== null && priority !== null)
    rest = (rest.slice(0, found.index) + rest.slice(found.index + found[0].length)).trim();
  return { id, parallel, stories, priority, rest };
}

/** How binding a sentence is: MUST, SHALL, required · SHOULD, recommended · MAY, optional (these two only in capitals); null = it does not bind. */
export function levelOf(sentence: string, capitalsOnly = false): RequirementLevel | null {
  const plain = plainText(sentence);
  if (/\b(?:MUST|SHALL|REQUIRED)\b/.test(plain)) return "must";
  if (!capitalsOnly && /\b(?:must|shall|(?:is|are) required to|ha(?:s|ve) to|needs? to)\b/i.test(plain)) return "must";
  if (/\b(?:SHOULD|RECOMMENDED)\b/.test(plain) || (!capitalsOnly && /\bshould\b/i.test(plain))) return "should";
  if (/\b(?:MAY|OPTIONAL)\b/.test(plain)) return "may";
  return null;
}

/** A sentence of a paragraph, with its line offsets from the paragraph's first line. */
export interface Sentence {
  readonly text: string;
  readonly fromLine: number;
  readonly toLine: number;
}

/** Cuts at full stops, question and exclamation marks that end a sentence, not within code or abbreviations. */
export function sentencesOf(text: string): readonly Sentence[] {
  const sentences: Sentence[] = [];
  let from = 0;
  let inCode = false;
  let line = 0;
  let fromLine = 0;
  let empty = true;
  const push = (to: number) => {
    const body = text.slice(from, to).trim();
    if (body !== "") sentences.push({ text: body, fromLine, toLine: line });
    from = to;
    empty = true;
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? "";
    if (empty && !/\s/.test(char)) {
      fromLine = line;
      empty = false;
    }
    if (char === "`") inCode = !inCode;
    const ends =
      !inCode &&
      (char === "." || char === "!" || char === "?") &&
      /^[*_)"']*\s+[*_("'`]*[\p{Lu}\d]/u.test(text.slice(at + 1, at + 20));
    if (ends && !/\b(?:e\.g|i\.e|etc|vs|cf|approx|no)$/i.test(text.slice(Math.max(from, at - 8), at))) push(at + 1);
    if (char === "\n") line += 1;
  }
  push(text.length);
  return sentences;
}

/** "Example: …", "For instance, …", "(…)" from end to end: shows, does not ask. */
export const isExample = (text: string): boolean => {
  const plain = plainText(text);
  return (
    /^(?:for example|for instance|e\.g\.|examples?\s*(?:\d{1,3}\s*)?[:.–—-])/i.test(plain) ||
    /^\([^()]*\)\.?$/.test(plain)
  );
};

/** "The key words MUST … are to be understood as in RFC 2119": speaks of the words, asks for nothing. */
export const isWordNote = (text: string): boolean =>
  /\bkey\s?words?\b/i.test(text) &&
  /\bMUST\b/.test(text) &&
  /\b(?:interpreted|understood|defined|described|read|RFC|BCP)\b/.test(text);

/** Ends in a question mark: somebody has to answer it before anybody builds it. */
export const isQuestion = (text: string): boolean => /\?[)\]"'”’]*$/.test(plainText(text));

/** What the text itself marks as not yet decided: `[NEEDS CLARIFICATION: after how long?]`. */
export function clarificationOf(text: string): string | null {
  const found = /\[NEEDS CLARIFICATION:?\s*([^\]]{0,300})\]/i.exec(text);
  if (found === null) return null;
  const asked = plainText(found[1] ?? "");
  const about = plainText(marksOf(text.replace(found[0], "")).rest).replace(/[\s.:;,]+$/, "");
  return asked === "" ? `${about}: what exactly?` : `${about}: ${asked}`;
}

/** `T001`: the id of a task, not of a requirement. */
export const isTaskId = (id: string | null): boolean => id !== null && /^T\d{3,}$/.test(id);

/** A sentence that binds, and how much. */
export interface BindingSentence extends Sentence {
  readonly level: RequirementLevel;
}

/** The sentences of a paragraph that bind: no examples, no questions, no words about the key words. */
export const bindingSentencesOf = (text: string, capitalsOnly = false): readonly BindingSentence[] =>
  sentencesOf(text).flatMap((sentence) => {
    if (isExample(sentence.text) || isWordNote(sentence.text) || isQuestion(sentence.text)) return [];
    const level = levelOf(sentence.text, capitalsOnly);
    return level === null ? [] : [{ ...sentence, level }];
  });

/** "✅ done" and the like: a report about work, not work. */
export const isReport = (text: string): boolean => /^(?:✅|✔|☑|✓|❌|✗|☒|\[x\])/u.test(text.trim());
