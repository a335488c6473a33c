import { WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";

/** Throws VALIDATION_FAILED when a reason or a note is too long or is no clean text. */
export function checkNoteText(field: string, text: string | null | undefined): void {
  if (text === null || text === undefined) return;
  if (text.length > LIMITS.text)
    throw wrong(field, `is ${text.length} characters long; at most ${LIMITS.text} are taken`);
  if (/[\0\p{Surrogate}]/u.test(text)) throw wrong(field, "has a NUL byte or half a character in it");
}

/** Throws VALIDATION_FAILED when what a move brings as proof is too much to keep. */
export function checkEvidence(evidence: Readonly<Record<string, unknown>> | undefined): void {
  if (evidence) checkNoteText("evidence", JSON.stringify(evidence));
}

const wrong = (field: string, what: string): WerkError =>
  new WerkError("VALIDATION_FAILED", `${field} ${what}.`, { field });
