import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import { PRIORITIES, type Priority, STATUS_ALIASES, STATUSES, type Status } from "@taskwerk/contract/status";

/** A status as it was typed, aliases understood. Throws INVALID_STATUS with the nearest one. */
export function statusOf(word: string): Status {
  const given = word.trim().toLowerCase();
  const found = STATUSES.find((status) => status === given);
  if (found) return found;
  const alias = Object.hasOwn(STATUS_ALIASES, given) ? STATUS_ALIASES[given] : undefined;
  if (alias) return alias;
  throw wrongWord("INVALID_STATUS", "status", word, STATUSES);
}

/** A priority as it was typed. Throws VALIDATION_FAILED with the nearest one. */
export function priorityOf(word: string): Priority {
  const given = word.trim().toLowerCase();
  const found = PRIORITIES.find((priority) => priority === given);
  if (found) return found;
  throw wrongWord("VALIDATION_FAILED", "priority", word, PRIORITIES);
}

function wrongWord(
  code: "INVALID_STATUS" | "VALIDATION_FAILED",
  field: string,
  given: string,
  known: readonly string[],
): WerkError {
  const near = nearest(given, known);
  return new WerkError(code, `no ${field} "${given}".${near ? ` Did you mean "${near}"?` : ""}`, {
    hint: `Use one of:  ${known.join(", ")}`,
    field,
    given,
    ...(near ? { candidates: [near] } : {}),
  });
}
