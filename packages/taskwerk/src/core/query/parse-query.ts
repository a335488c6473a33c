import { LIMITS } from "@taskwerk/contract/limits";
import { fieldNamed, hasOrder, nearestField } from "./field.ts";
import { QUERY_LIMITS, type Query, type Value } from "./query.ts";
import { queryError } from "./query-error.ts";

const SPACE = /\s*/y;
/** A field and what stands between it and its values. `-` and `.` belong to names within the metadata. */
const FIELD = /([\p{L}][\p{L}\p{N}_.-]*)(:|!=|<=|>=|=|<|>)/uy;
const OPERATOR = /<=|>=|<|>/y;
/** Text without quotes ends at a space, a comma (within values) or a bracket. */
const BARE = /[^\s,()"]+/y;
const BARE_WORD = /[^\s()"]+/y;
/** Text without quotes up to the dots of a range. */
const BARE_END = /(?:[^\s,()".]|\.(?!\.))+/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy;
/** Where a term may end. */
const END = /[\s)]|$/y;

/** What is being read, and how far it has come. */
interface Reading {
  readonly text: string;
  at: number;
  terms: number;
}

/**
 * Reads a query; null for one that says nothing. Takes time in proportion to its length. Throws INVALID_QUERY with the
 * position in `details` (from 1): for what cannot be read, for a field that does not exist, and for too much.
 */
export function parseQuery(text: string): Query | null {
  if (text.length > LIMITS.query) {
    throw queryError(`the query is ${text.length} characters long; at most ${LIMITS.query} are taken.`, LIMITS.query);
  }
  const reading: Reading = { text, at: 0, terms: 0 };
  skipSpace(reading);
  if (reading.at === text.length) return null;
  const query = anyOf(reading, 0);
  // Only a bracket ends what is read before the text does.
  if (reading.at < text.length) throw queryError('a ")" closes nothing.', reading.at);
  return query;
}

function anyOf(reading: Reading, depth: number): Query {
  if (depth > QUERY_LIMITS.depth) {
    throw queryError(`brackets and "not" stand more than ${QUERY_LIMITS.depth} deep.`, reading.at);
  }
  const some = [allOf(reading, depth)];
  while (keyword(reading, "or")) some.push(allOf(reading, depth));
  return some.length === 1 ? some[0]! : { kind: "or", of: some };
}

function allOf(reading: Reading, depth: number): Query {
  const all = [one(reading, depth)];
  for (;;) {
    const joined = keyword(reading, "and");
    if (!joined && (isEnd(reading) || peekKeyword(reading, "or"))) break;
    all.push(one(reading, depth));
  }
  return all.length === 1 ? all[0]! : { kind: "and", of: all };
}

function one(reading: Reading, depth: number): Query {
  if (isEnd(reading)) throw queryError("something is missing here: a term, or text in quotes.", reading.at);
  for (const word of ["or", "and"]) {
    if (peekKeyword(reading, word)) {
      throw queryError(`"${word}" stands between two terms.`, reading.at, {
        hint: `As a word to find it needs quotes:  '"${word}"'`,
      });
    }
  }
  if (keyword(reading, "not") || sign(reading)) {
    if (depth >= QUERY_LIMITS.depth) {
      throw queryError(`brackets and "not" stand more than ${QUERY_LIMITS.depth} deep.`, reading.at);
    }
    return { kind: "not", of: one(reading, depth + 1) };
  }
  const { at } = reading;
  if (reading.text[at] === "(") {
    reading.at += 1;
    skipSpace(reading);
    const inner = anyOf(reading, depth + 1);
    if (reading.text[reading.at] !== ")") throw queryError('a "(" is never closed.', at);
    reading.at += 1;
    skipSpace(reading);
    return inner;
  }
  count(reading, at);
  const term = termAt(reading) ?? wordsAt(reading);
  skipSpace(reading);
  return term;
}

function termAt(reading: Reading): Query | null {
  const { at } = reading;
  const found = take(reading, FIELD);
  if (!found) return null;
  const [, typed = "", operator = ""] = found;
  const field = fieldNamed(typed);
  if (field === null) throw unknownField(typed, at);
  const wanted = operator === ":" || operator === "=" || operator === "!=" ? null : operator;
  const values = [valueAt(reading, field, wanted, at)];
  while (reading.text[reading.at] === ",") {
    reading.at += 1;
    count(reading, reading.at);
    values.push(valueAt(reading, field, null, at));
  }
  if (!test(reading, END)) throw queryError("a space is missing here.", reading.at, { hint: QUOTES });
  const term: Query = { kind: "term", field, values, at };
  return operator === "!=" ? { kind: "not", of: term } : term;
}

const QUOTES = 'A value with spaces, commas, brackets or quotes stands in quotes as a whole:  tag:"a b"';

function valueAt(reading: Reading, field: string, wanted: string | null, termAt: number): Value {
  const { at } = reading;
  const operator = wanted ?? take(reading, OPERATOR)?.[0] ?? null;
  if (!hasOrder(field)) {
    if (operator !== null) throw noOrder(field, at);
    const end = textAt(reading, BARE);
    if (end) return { kind: "word", ...end };
    throw needsValue(reading, field, termAt);
  }
  const from = textAt(reading, BARE_END);
  if (operator !== null) {
    if (!from) throw needsValue(reading, field, termAt);
    if (operator === "<=") return { kind: "range", from: null, to: from.text };
    if (operator === ">=") return { kind: "range", from: from.text, to: null };
    return { kind: "beyond", side: operator as "<" | ">", text: from.text };
  }
  if (!reading.text.startsWith("..", reading.at)) {
    if (from) return { kind: "word", ...from };
    throw needsValue(reading, field, termAt);
  }
  reading.at += 2;
  const to = textAt(reading, BARE_END);
  if (!from && !to) throw queryError(`${field}: the range has neither beginning nor end.`, at);
  return { kind: "range", from: from?.text ?? null, to: to?.text ?? null };
}

function textAt(reading: Reading, bare: RegExp): { readonly text: string; readonly exact: boolean } | null {
  if (reading.text[reading.at] === '"') return { text: quotedAt(reading), exact: true };
  const found = take(reading, bare);
  return found && { text: found[0], exact: false };
}

function wordsAt(reading: Reading): Query {
  const { at, text } = reading;
  if (text[at] === '"') {
    const words = quotedAt(reading);
    if (!test(reading, END)) throw queryError("a space is missing here.", reading.at, { hint: QUOTES });
    if (words.trim() === "") throw queryError("the quotes are empty.", at);
    return { kind: "words", text: words, at };
  }
  const word = take(reading, BARE_WORD)![0];
  if (/[:=<>]/.test(word)) {
    throw queryError(`"${word}" is no query term.`, at, {
      hint: `A term is a field and a value:  status:todo   As text it needs quotes:  '"${word}"'`,
      given: word,
    });
  }
  if (!test(reading, END) && text[reading.at] !== "(") {
    throw queryError("a space is missing here.", reading.at, { hint: QUOTES });
  }
  return { kind: "words", text: word, at };
}

function quotedAt(reading: Reading): string {
  const { at } = reading;
  const found = take(reading, QUOTED);
  if (!found) throw queryError('a quote (") is never closed.', at);
  return found[1]!.replace(/\\(.)/gs, "$1");
}

/** `-` or `!` before what it takes away. */
function sign(reading: Reading): boolean {
  const next = reading.text[reading.at + 1];
  const is = /[-!]/.test(reading.text[reading.at] ?? "") && next !== undefined && !/[\s)]/.test(next);
  if (is) reading.at += 1;
  return is;
}

function keyword(reading: Reading, word: string): boolean {
  if (!peekKeyword(reading, word)) return false;
  reading.at += word.length;
  skipSpace(reading);
  return true;
}

function peekKeyword({ text, at }: Reading, word: string): boolean {
  const next = text[at + word.length];
  return text.slice(at, at + word.length).toLowerCase() === word && (next === undefined || /[\s()]/.test(next));
}

const isEnd = ({ text, at }: Reading): boolean => at === text.length || text[at] === ")";

function take(reading: Reading, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = reading.at;
  const found = pattern.exec(reading.text);
  if (found) reading.at += found[0].length;
  return found;
}

function test(reading: Reading, pattern: RegExp): boolean {
  pattern.lastIndex = reading.at;
  return pattern.test(reading.text);
}

function skipSpace(reading: Reading): void {
  take(reading, SPACE);
}

function count(reading: Reading, at: number): void {
  reading.terms += 1;
  if (reading.terms > QUERY_LIMITS.terms) {
    throw queryError(`the query has more than ${QUERY_LIMITS.terms} terms and values.`, at);
  }
}

function unknownField(typed: string, at: number) {
  const near = nearestField(typed);
  return queryError(`no field "${typed}".${near ? ` Did you mean "${near}"?` : ""}`, at, {
    hint: "All fields:  taskwerk help query",
    given: typed,
    ...(near ? { candidates: [near] } : {}),
  });
}

const noOrder = (field: string, at: number) =>
  queryError(`${field}: has no order, so that < and > mean nothing.`, at, {
    hint: "Ranges are for:  priority, due, defer, created, updated, started, completed, estimate",
  });

const needsValue = (reading: Reading, field: string, at: number) =>
  queryError(`${field}: needs a value.`, reading.at, { given: reading.text.slice(at, reading.at) });
