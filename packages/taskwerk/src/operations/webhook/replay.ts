import { WerkError } from "@taskwerk/contract/errors";
import { parseSince } from "../../core/since.ts";
import { type Replay, replayDeliveries } from "../../store/deliveries.ts";
import type { Op } from "../../store/op.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";
import { noDelivery } from "./deliveries.ts";
import { requireWebhook } from "./webhook-of.ts";

/**
 * Makes deliveries due again: one, all that were given up, or all of events since a moment. Each keeps its `webhook-id`, so
 * that a receiver which has it already knows. Throws DELIVERY_NOT_FOUND, WEBHOOK_NOT_FOUND, VALIDATION_FAILED.
 */
export const replayDelivery: OperationOf<"webhook.replay"> = {
  input: () => import("@taskwerk/contract/webhook").then((m) => m.ReplayDeliveries),
  run: (context, { id, failed = false, since, webhook }) =>
    change(context, "webhook.replay", { id, failed, since, webhook }, async (op) => {
      if ([id !== undefined, failed, since !== undefined].filter(Boolean).length !== 1) {
        throw new WerkError("VALIDATION_FAILED", "say which: one delivery, all that failed, or all since a moment.", {
          hint: "taskwerk webhook replay ID     taskwerk webhook replay --failed     taskwerk webhook replay --since 2h",
          field: "id",
        });
      }
      if (webhook !== undefined) checkActive(await requireWebhook(op.tx, webhook));
      if (id !== undefined) await checkOne(op, id);
      const which: Replay = id !== undefined ? { id } : failed ? { dead: true } : { since: parseSince(since!, op.now) };
      const replayed = await replayDeliveries(op.tx, which, webhook ?? null, op.at);
      op.due = replayed > 0;
      return { data: { replayed } };
    }),
};

async function checkOne({ tx }: Op, id: number): Promise<void> {
  const row = await tx.get<{ webhook: string }>("select webhook from deliveries where id = ?", [id]);
  if (!row) throw noDelivery(id);
  checkActive(await requireWebhook(tx, row.webhook));
}

function checkActive({ id, active }: { readonly id: string; readonly active: 0 | 1 }): void {
  if (active === 1) return;
  throw new WerkError("VALIDATION_FAILED", `the webhook ${id} is switched off.`, {
    hint: `On again:  taskwerk webhook update ${id} --enable`,
    field: "webhook",
    given: id,
  });
}
