import type { Operations } from "@taskwerk/contract/client";
import type { EnvelopeMeta, Page } from "@taskwerk/contract/envelope";
import type { OperationName } from "@taskwerk/contract/routes";
import type { Reader } from "@taskwerk/sqlite/database";
import type { ZodType } from "zod";
import { eventCursor } from "../store/event-cursor.ts";
import { keepOutcome, recallOutcome } from "../store/idempotency.ts";
import { beginOp, finishOp, type Op } from "../store/op.ts";
import type { Store } from "../store/open.ts";

/** Who calls, in which session, and under which key the answer is kept. */
export interface Call {
  readonly actor: string;
  readonly session: string | null;
  readonly idempotencyKey: string | null;
}

/** All that an operation knows of the world. */
export interface OperationContext extends Call {
  readonly store: Store;
  readonly now: () => Date;
  readonly newUid: () => string;
}

/** What an operation answers; the envelope is made of it. */
export interface Outcome<O> {
  readonly data: O;
  readonly page?: Page;
  readonly warnings?: readonly string[];
  readonly meta?: EnvelopeMeta;
}

/** One thing that can be done to a store, the same for every door. */
export interface Operation<I, O> {
  /** The shape of its input, loaded only where input comes from outside the program. */
  readonly input: () => Promise<ZodType>;
  /** Does it. Throws WerkError; checks all rules itself, whether or not the shape was checked before. */
  readonly run: (context: OperationContext, input: I) => Promise<Outcome<O>>;
}
export type OperationOf<N extends OperationName> = Operation<Operations[N]["input"], Operations[N]["output"]>;

/** An operation that reads: one snapshot, and the event cursor of that snapshot. */
export async function look<O>(
  { store }: OperationContext,
  work: (reader: Reader) => Promise<Outcome<O>>,
): Promise<Outcome<O>> {
  return store.read(async (reader) => {
    const outcome = await work(reader);
    return { ...outcome, meta: { ...outcome.meta, cursor: await eventCursor(reader) } };
  });
}

/**
 * An operation that writes: rows, log, events, deliveries and the kept answer in one transaction. With an idempotency
 * key the same call gets the same answer and does nothing again; another call with that key is IDEMPOTENCY_MISMATCH.
 */
export async function change<O>(
  context: OperationContext,
  name: OperationName,
  input: unknown,
  work: (op: Op) => Promise<Outcome<O>>,
): Promise<Outcome<O>> {
  const { store, actor, session, idempotencyKey: key, now, newUid } = context;
  const keyed = key === null ? null : { key, operation: name, input };
  return store.write(async (tx) => {
    const kept = keyed && (await recallOutcome<Outcome<O>>(tx, keyed));
    if (kept) return kept;
    const op = await beginOp(tx, { name, actor, session, newUid, now: now(), prefix: store.prefix });
    const done = await work(op);
    const wrote = await finishOp(op);
    const outcome: Outcome<O> = {
      ...done,
      warnings: [...op.warnings, ...(done.warnings ?? [])],
      meta: { ...done.meta, ...(wrote ? { op: op.id } : {}), cursor: await eventCursor(tx) },
    };
    if (keyed) await keepOutcome(tx, keyed, outcome, op.at);
    return outcome;
  });
}
