import { WerkError } from "@taskwerk/contract/errors";
import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";
import { requireWebhook, withSecret } from "./webhook-of.ts";

/**
 * The secret that the store made for a webhook of the configuration: nobody was shown it when it was made. Throws
 * WEBHOOK_NOT_FOUND, and VALIDATION_FAILED for another webhook.
 */
export const secretWebhook: OperationOf<"webhook.secret"> = {
  input: () => import("@taskwerk/contract/webhook").then((m) => m.NamedWebhook),
  run: (context, { id }) =>
    look(context, async (reader) => {
      const { source, secret, secret_env } = await requireWebhook(reader, id);
      const refuse = (why: string, hint: string): WerkError =>
        new WerkError("VALIDATION_FAILED", why, { hint, field: "id", given: id });
      if (secret_env !== null)
        throw refuse(`the secret of ${id} is in the variable ${secret_env}.`, "The store does not know it.");
      if (source === null) {
        throw refuse(`the secret of ${id} was shown when it was made.`, `A new one:  taskwerk webhook rotate ${id}`);
      }
      return { data: await withSecret(reader, id, secret) };
    }),
};
