import { WerkError } from "@taskwerk/contract/errors";

/** The cursor of a list that goes by a row's number. Throws INVALID_QUERY for one that such a list never gave. */
export function numberCursor(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new WerkError("INVALID_QUERY", "the cursor is not one that this list gave.", {
    hint: "Begin without a cursor.",
    field: "cursor",
    given: text.slice(0, 100),
  });
}
