import type { OperationOf } from "../operation.ts";

/** Sends what is due, whatever the configuration says about who delivers, and answers when nothing is. */
export const deliverNow: OperationOf<"webhook.deliver"> = {
  input: () => import("@taskwerk/contract/webhook").then((m) => m.DeliverNow),
  async run({ store, sender }, { alone = false }) {
    if (!sender) throw new Error("nothing that sends was handed in");
    return { data: await sender.deliver(store, alone) };
  },
};
