import { WerkError } from "@taskwerk/contract/errors";

/** Rows a page when nobody said. */
const DEFAULT_LIMIT = 50;

/** How many rows a page has; 0 is every row. Throws VALIDATION_FAILED. */
export function checkLimit(limit: number = DEFAULT_LIMIT): number {
  if (Number.isSafeInteger(limit) && limit >= 0) return limit;
  throw new WerkError("VALIDATION_FAILED", "limit must be a whole number; 0 means every row.", {
    hint: "For example:  --limit 50",
    field: "limit",
    given: String(limit),
  });
}
