import { WerkError } from "@taskwerk/contract/errors";
import type { Tx } from "@taskwerk/sqlite/database";
import { canonicalJson } from "../core/canonical.ts";
import { sha256 } from "./sha256.ts";

/** A call that is to be done once: its key, and what makes it the same call. */
export interface Keyed {
  readonly key: string;
  readonly operation: string;
  readonly input: unknown;
}

/** What stands for an answer that told of a purged task. */
const PURGED = '{"purged":true}';

/** The answer that was given to this call before; null when it is new. Throws IDEMPOTENCY_MISMATCH for another call. */
export async function recallOutcome<T>(tx: Tx, { key, operation, input }: Keyed): Promise<T | null> {
  const row = await tx.get<{ operation: string; fingerprint: string; outcome: string }>(
    "select operation, fingerprint, outcome from idempotency where key = ?",
    [key],
  );
  if (!row) return null;
  if (row.operation === operation && row.fingerprint === fingerprint(input)) {
    if (row.outcome !== PURGED) return JSON.parse(row.outcome) as T;
    throw new WerkError("TASK_NOT_FOUND", `what was done under the key "${key}" was purged since.`, {
      hint: "To do it once more, take a new key.",
      field: "idempotency-key",
      given: key,
    });
  }
  throw new WerkError("IDEMPOTENCY_MISMATCH", `the key "${key}" was used for another call (${row.operation}).`, {
    hint: "One key stands for one call: take a new key for a new one.",
    field: "idempotency-key",
    given: key,
  });
}

/** Keeps the answer to a call for the next time it comes, in the transaction of its changes. */
export async function keepOutcome(
  tx: Tx,
  { key, operation, input }: Keyed,
  outcome: unknown,
  at: string,
): Promise<void> {
  await tx.run("insert into idempotency (key, operation, fingerprint, outcome, at) values (?, ?, ?, ?, ?)", [
    key,
    operation,
    fingerprint(input),
    JSON.stringify(outcome),
    at,
  ]);
}

function fingerprint(input: unknown): string {
  const sum = sha256();
  sum.add(canonicalJson(input));
  return sum.end();
}
