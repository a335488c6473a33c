import { eventCursor } from "../store/event-cursor.ts";
import type { Reader } from "../store/open.ts";
import type { OperationContext, Outcome } from "./operation.ts";

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
