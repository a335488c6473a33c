/** The API's headers, and how text that is not ASCII travels in them. */

/** Header names of the API. */
export const HEADERS = {
  idempotency: "idempotency-key",
  session: "x-taskwerk-session",
  actor: "x-taskwerk-actor",
} as const;

/** What an export says of itself before its first task: what ids begin with, and how many tasks come. */
export const EXPORT_HEADERS = { prefix: "x-taskwerk-prefix", total: "x-taskwerk-total" } as const;

const ENCODED = "UTF-8''";

/** A text as a header's value: as it is, or as RFC 8187 writes what is not plain ASCII: UTF-8''J%C3%B6rg */
export const encodeHeader = (text: string): string =>
  /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !text.toUpperCase().startsWith(ENCODED)
    ? text
    : ENCODED + encodeURIComponent(text.toWellFormed());

/** The text of a header's value; null for what is none. */
export function decodeHeader(value: string): string | null {
  if (!/^[\x20-\x7e]+$/.test(value)) return null;
  if (!value.toUpperCase().startsWith(ENCODED)) return value;
  try {
    return decodeURIComponent(value.slice(ENCODED.length));
  } catch {
    return null;
  }
}
