import { listWebhooks } from "../../store/webhook-row.ts";
import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";

/** All webhooks, those of the configuration among them; without their secrets. */
export const listWebhook: OperationOf<"webhook.list"> = {
  input: () => import("@taskwerk/contract/no-input").then((m) => m.NoInput),
  run: (context) => look(context, async (reader) => ({ data: await listWebhooks(reader) })),
};
