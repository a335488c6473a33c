import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import { PRIORITIES, type Priority, STATUSES, type Status, statusNamed } from "@taskwerk/contract/status";

/** A status as it was typed, aliases understood. Throws INVALID_STATUS with the nearest one. */
export function statusOf(word: string): Status {
  const found = statusNamed(word);
  if (found) return found;
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
