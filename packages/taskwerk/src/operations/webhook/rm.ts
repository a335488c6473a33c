import { deleteWebhook } from "../../store/edit-webhooks.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";
import { refuseConfigured, requireWebhook, shownWebhook } from "./webhook-of.ts";

/** Takes a webhook away, with what waits for it. Throws WEBHOOK_NOT_FOUND; VALIDATION_FAILED for one of the configuration. */
export const rmWebhook: OperationOf<"webhook.rm"> = {
  input: () => import("@taskwerk/contract/webhook").then((m) => m.NamedWebhook),
  run: (context, { id }) =>
    change(context, "webhook.rm", { id }, async ({ tx }) => {
      refuseConfigured(await requireWebhook(tx, id), "take it out");
      const data = await shownWebhook(tx, id);
      await deleteWebhook(tx, id);
      return { data };
    }),
};
