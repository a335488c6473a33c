import { WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";

const DEFAULT_LEASE_S = 900;

/** How long a claim lives without a heartbeat, seconds. Throws VALIDATION_FAILED. */
export function checkLease(lease: number = DEFAULT_LEASE_S): number {
  if (Number.isSafeInteger(lease) && lease >= 1 && lease <= LIMITS.leaseSeconds) return lease;
  throw new WerkError("VALIDATION_FAILED", `a lease is 1 to ${LIMITS.leaseSeconds} whole seconds.`, {
    hint: "As people say it:  --lease 15m",
    field: "lease_s",
    given: String(lease),
  });
}

/** The name of a claimer, trimmed. Throws VALIDATION_FAILED. */
export function checkWho(name: string): string {
  const word = String(name).trim();
  if (word !== "" && word.length <= LIMITS.word && !/[\p{Cc}\p{Surrogate}]/u.test(word)) return word;
  throw new WerkError("VALIDATION_FAILED", "a claim needs the name of who takes it.", {
    hint: "For example:  taskwerk claim --next --as NAME",
    field: "as",
    given: word,
  });
}
