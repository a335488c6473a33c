import type { OperationName } from "@taskwerk/contract/routes";
import type { Op } from "../store/op.ts";
import { change } from "./change.ts";
import type { OperationContext, Outcome } from "./operation.ts";

/** Does a whole write and takes it back, so that its answer tells what would happen. Keeps no idempotency key. */
export async function rehearse<O>(
  context: OperationContext,
  name: OperationName,
  input: unknown,
  work: (op: Op) => Promise<Outcome<O>>,
): Promise<Outcome<O>> {
  try {
    return await change({ ...context, idempotencyKey: null }, name, input, async (op) => {
      const outcome = await work(op);
      throw new Rehearsed({ ...outcome, warnings: [...op.warnings, ...(outcome.warnings ?? [])] });
    });
  } catch (error) {
    if (error instanceof Rehearsed) return error.outcome as Outcome<O>;
    throw error;
  }
}

class Rehearsed extends Error {
  readonly outcome: Outcome<unknown>;
  constructor(outcome: Outcome<unknown>) {
    super("the rehearsal of a write is over");
    this.outcome = outcome;
  }
}
