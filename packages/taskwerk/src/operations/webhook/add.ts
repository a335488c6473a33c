import { WerkError } from "@taskwerk/contract/errors";
import { eventTypesOf } from "../../core/event-types.ts";
import { insertWebhook } from "../../store/edit-webhooks.ts";
import { checkWebhookUrl } from "../../store/webhook-reach.ts";
import { MOST_WEBHOOKS } from "../../store/webhook-row.ts";
import { newWebhookSecret } from "../../store/webhook-secret.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";
import { checkQuery, withSecret } from "./webhook-of.ts";

/**
 * Adds a webhook: it gets what happens from now on. Its secret is in this answer and in no other. Throws VALIDATION_FAILED for
 * an address or an event that there is not, INVALID_QUERY.
 */
export const addWebhook: OperationOf<"webhook.add"> = {
  input: () => import("@taskwerk/contract/webhook").then((m) => m.AddWebhook),
  run: (context, { url, events = [], where, allow_private = false }) =>
    change(context, "webhook.add", { url, events, where, allow_private }, async (op) => {
      const reach = allow_private ? "private" : "public";
      const types = eventTypesOf(events, "events");
      const checked = checkWebhookUrl(url, reach);
      if (where !== undefined) await checkQuery(op, where);
      const all = await op.tx.get<{ n: number }>("select count(*) as n from webhooks");
      if (all!.n >= MOST_WEBHOOKS) {
        throw new WerkError("VALIDATION_FAILED", `a store has at most ${MOST_WEBHOOKS} webhooks.`, {
          hint: "See them:  taskwerk webhook list",
        });
      }
      const secret = newWebhookSecret();
      const id = await insertWebhook(op.tx, {
        url: checked,
        secret,
        types: types && JSON.stringify(types),
        created_at: op.at,
        events: JSON.stringify(events),
        query: where ?? null,
        reach,
        source: null,
        secret_env: null,
        created_by: op.actor,
      });
      return { data: await withSecret(op.tx, id, secret) };
    }),
};
