import { hasOrder } from "./field.ts";
import type { Query, Value } from "./query.ts";

/** A query as text that reads as the same query again. */
export function printQuery(query: Query): string {
  switch (query.kind) {
    case "and":
      return query.of
        .map((one) => (one.kind === "and" || one.kind === "or" ? bracketed(one) : printQuery(one)))
        .join(" ");
    case "or":
      return query.of.map((one) => (one.kind === "or" ? bracketed(one) : printQuery(one))).join(" or ");
    case "not":
      return `not ${query.of.kind === "and" || query.of.kind === "or" ? bracketed(query.of) : printQuery(query.of)}`;
    case "words":
      return quoted(query.text);
    case "term":
      return `${query.field}:${query.values.map((value) => printValue(value, query.field)).join(",")}`;
    default: {
      const never: never = query;
      return never;
    }
  }
}

const bracketed = (query: Query): string => `(${printQuery(query)})`;

function printValue(value: Value, field: string): string {
  if (value.kind === "range") return `${endOf(value.from)}..${endOf(value.to)}`;
  if (value.kind === "beyond") return `${value.side}${endOf(value.text)}`;
  const { text, exact } = value;
  return exact || (hasOrder(field) && !/^(?![<>])(?:[^\s,()".]|\.(?!\.))+$/.test(text)) ? quoted(text) : text;
}

const endOf = (text: string | null): string => (text === null ? "" : /^[\w+-]+$/.test(text) ? text : quoted(text));

/** A text in quotes, as a query has it. */
export const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;
