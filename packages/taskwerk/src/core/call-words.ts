import { WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";

/** Throws VALIDATION_FAILED when the actor, the session or the idempotency key of a call is no plain word. */
export function checkCall(call: {
  readonly actor: string;
  readonly session: string | null;
  readonly idempotencyKey: string | null;
}): void {
  check("actor", call.actor, LIMITS.word);
  check("session", call.session, LIMITS.word);
  check("idempotency-key", call.idempotencyKey, LIMITS.key);
}

function check(field: string, word: string | null, most: number): void {
  if (word === null) return;
  const wrong =
    word.trim() === ""
      ? "is empty"
      : word.length > most
        ? `is longer than ${most} characters`
        : /[\p{Cc}\p{Surrogate}]/u.test(word)
          ? "has a control character in it"
          : null;
  if (wrong) throw new WerkError("VALIDATION_FAILED", `${field} ${wrong}.`, { field, given: word.slice(0, 100) });
}
