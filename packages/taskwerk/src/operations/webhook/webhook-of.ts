import { WerkError } from "@taskwerk/contract/errors";
import type { Webhook, WebhookSecret } from "@taskwerk/contract/webhook";
import { readQuery } from "../../core/query/read-query.ts";
import type { Op } from "../../store/op.ts";
import type { Reader } from "../../store/open.ts";
import { type WebhookRow, webhookNamed, webhookRow } from "../../store/webhook-row.ts";
import { whereAll } from "../../store/where.ts";

/** A webhook's row. Throws WEBHOOK_NOT_FOUND. */
export async function requireWebhook(reader: Reader, id: string): Promise<WebhookRow> {
  const row = await webhookRow(reader, id);
  if (row) return row;
  const all = await reader.all<{ id: string }>("select id from webhooks order by length(id), id limit 20");
  throw new WerkError("WEBHOOK_NOT_FOUND", `there is no webhook ${id}.`, {
    hint: "See what there is:  taskwerk webhook list",
    field: "id",
    given: id,
    candidates: all.map((one) => one.id),
  });
}

/** A webhook as it travels, of which it is known that it is there. */
export const shownWebhook = async (reader: Reader, id: string): Promise<Webhook> => (await webhookNamed(reader, id))!;

/** The same, with its secret. */
export const withSecret = async (reader: Reader, id: string, secret: string): Promise<WebhookSecret> => ({
  ...(await shownWebhook(reader, id)),
  secret,
});

/** Throws VALIDATION_FAILED for what stands in a file: it is changed there. */
export function refuseConfigured({ id, source, url }: WebhookRow, what: string): void {
  if (source === null) return;
  throw new WerkError("VALIDATION_FAILED", `${id} (${url}) stands in the configuration: ${what} there.`, {
    hint: `See where:  taskwerk config explain ${source}`,
    field: "id",
    given: id,
  });
}

/** Throws INVALID_QUERY, TASK_NOT_FOUND or SESSION_NOT_FOUND for a query that no task could ever be asked. */
export async function checkQuery({ tx, prefix, actor, now }: Op, query: string): Promise<void> {
  await whereAll(tx, prefix, [readQuery(query, { actor, now }).condition]);
}
