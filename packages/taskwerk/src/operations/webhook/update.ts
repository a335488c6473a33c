import { eventTypesOf } from "../../core/event-types.ts";
import { setWebhook } from "../../store/edit-webhooks.ts";
import { checkWebhookUrl } from "../../store/webhook-reach.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";
import { checkQuery, refuseConfigured, requireWebhook, shownWebhook } from "./webhook-of.ts";

/**
 * Changes a webhook. Switched off it gets nothing of what happens meanwhile; what waits for it already waits on. Throws
 * WEBHOOK_NOT_FOUND, VALIDATION_FAILED, INVALID_QUERY.
 */
export const updateWebhook: OperationOf<"webhook.update"> = {
  input: () => import("@taskwerk/contract/webhook").then((m) => m.UpdateWebhook),
  run: (context, input) =>
    change(context, "webhook.update", input, async (op) => {
      const { id, url, events, where, allow_private, active } = input;
      const row = await requireWebhook(op.tx, id);
      const isOwn = [url, events, where, allow_private].some((one) => one !== undefined);
      if (isOwn) refuseConfigured(row, "change it");
      const reach = allow_private === undefined ? row.reach : allow_private ? "private" : "public";
      const types = events && eventTypesOf(events, "events");
      if (where) await checkQuery(op, where);
      await setWebhook(op.tx, id, {
        ...(isOwn ? { reach, url: checkWebhookUrl(url ?? row.url, reach) } : {}),
        ...(events ? { events: JSON.stringify(events), types: types ? JSON.stringify(types) : null } : {}),
        ...(where === undefined ? {} : { query: where, created_by: op.actor }),
        ...(active === true ? { active: 1, disabled_because: null, failing: 0, throttled_until: null } : {}),
        ...(active === false && row.active === 1 ? { active: 0, disabled_because: "off" } : {}),
      });
      op.due = active === true;
      return { data: await shownWebhook(op.tx, id) };
    }),
};
