import { beginOp, finishOp } from "../../store/op.ts";
import { hasPassed, tellPassed } from "../../store/told-until.ts";
import type { OperationContext } from "../operation.ts";

/**
 * Tells what time alone has done: claims that ran out (`task.claim_expired`) and tasks whose date has come (`task.ready`),
 * each once, whoever asks. Writes nothing when that is nothing. For a process that stays; `reads` is a store it reads from.
 */
export async function tellTime(
  { store, now, newUid }: Pick<OperationContext, "store" | "now" | "newUid">,
  reads: OperationContext["store"] = store,
): Promise<void> {
  if (!(await reads.read((reader) => hasPassed(reader, now().toISOString())))) return;
  await store.write(async (tx) => {
    const start = { name: "time.passed", actor: "taskwerk", session: null, newUid, now: now(), prefix: store.prefix };
    const op = await beginOp(tx, start);
    await tellPassed(op);
    await finishOp(op);
  });
}
