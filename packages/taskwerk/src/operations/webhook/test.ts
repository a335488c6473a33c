import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";
import { requireWebhook } from "./webhook-of.ts";

/** Sends a test to a webhook now, also to one that is switched off. Throws WEBHOOK_NOT_FOUND, WEBHOOK_FAILED. */
export const testWebhook: OperationOf<"webhook.test"> = {
  input: () => import("@taskwerk/contract/webhook").then((m) => m.NamedWebhook),
  async run(context, { id }) {
    const { store, sender, newUid, actor } = context;
    if (!sender) throw new Error("nothing that sends was handed in");
    const { data: webhook, ...rest } = await look(context, async (reader) => ({
      data: await requireWebhook(reader, id),
    }));
    const message = `msg_test_${newUid()}`;
    // The network is not waited for inside of a transaction.
    const status = await sender.test(store, webhook, message, actor);
    return { ...rest, data: { webhook: id, url: webhook.url, message, status } };
  },
};
