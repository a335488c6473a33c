import type { OperationName } from "@taskwerk/contract/routes";
import { eventCursor } from "../store/event-cursor.ts";
import { keepOutcome, recallOutcome } from "../store/idempotency.ts";
import { beginOp, finishOp, type Op } from "../store/op.ts";
import { undoneSince } from "../store/undone-since.ts";
import type { OperationContext, Outcome } from "./operation.ts";

/**
 * An operation that writes: rows, log, events, deliveries and the kept answer in one transaction. With an idempotency
 * key the same call gets the same answer and does nothing again; another call with that key is IDEMPOTENCY_MISMATCH. Within
 * another operation it is a part of that one.
 */
export async function change<O>(
  context: OperationContext,
  name: OperationName,
  input: unknown,
  work: (op: Op) => Promise<Outcome<O>>,
): Promise<Outcome<O>> {
  const { store, actor, session, idempotencyKey: key, now, newUid, within } = context;
  if (within) {
    const done = await work(within);
    return { ...done, warnings: [...within.warnings.splice(0), ...(done.warnings ?? [])] };
  }
  const began = now().getTime();
  const keyed = key === null ? null : { key, operation: name, input };
  const did = { due: false };
  const answer = await store.write(async (tx) => {
    const before = keyed && (await recallOutcome<Outcome<O>>(tx, keyed));
    if (before)
      return { ...before, warnings: [...(before.warnings ?? []), ...(await undoneSince(tx, before.meta?.op))] };
    const op = await beginOp(tx, { name, actor, session, newUid, now: now(), prefix: store.prefix });
    const done = await work(op);
    const wrote = await finishOp(op);
    const outcome: Outcome<O> = {
      ...done,
      warnings: [...op.warnings, ...(done.warnings ?? []), ...store.notices.splice(0)],
      meta: { ...done.meta, ...(wrote ? { op: op.id } : {}), cursor: await eventCursor(tx) },
    };
    did.due = op.due;
    if (!keyed) return outcome;
    // Whoever sends it again gets the same bytes: how long it took, and in which session, belongs to the first time.
    const kept: Outcome<O> = { ...outcome, meta: { ...outcome.meta, session, ms: now().getTime() - began } };
    await keepOutcome(tx, keyed, kept, op.at);
    return kept;
  });
  if (did.due) store.outbox.due = true;
  return answer;
}
