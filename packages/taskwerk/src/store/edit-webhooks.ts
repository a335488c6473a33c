import type { SqlValue, Tx } from "@taskwerk/sqlite/database";
import type { WebhookRow } from "./webhook-row.ts";

type Columns = Omit<WebhookRow, "id" | "active" | "last_seq" | "failing" | "throttled_until" | "disabled_because">;

/** Adds a webhook; its id, `w1`, is never another one's. It gets what happens from now on. */
export async function insertWebhook(tx: Tx, row: Omit<Columns, "old_secret" | "old_secret_until">): Promise<string> {
  const counter = await tx.get<{ value: string }>(
    `insert into settings (key, value) values ('last_webhook', '1')
     on conflict (key) do update set value = cast(cast(value as integer) + 1 as text) returning value`,
  );
  const id = `w${counter!.value}`;
  const names = Object.keys(row) as (keyof typeof row)[];
  await tx.run(`insert into webhooks (id, ${names.join(", ")}) values (?, ${names.map(() => "?").join(", ")})`, [
    id,
    ...names.map((name) => row[name]),
  ]);
  return id;
}

/** Sets columns of a webhook. */
export async function setWebhook(tx: Tx, id: string, set: Partial<Omit<WebhookRow, "id">>): Promise<void> {
  const entries = Object.entries(set) as [string, SqlValue][];
  if (entries.length === 0) return;
  await tx.run(`update webhooks set ${entries.map(([name]) => `${name} = ?`).join(", ")} where id = ?`, [
    ...entries.map(([, value]) => value),
    id,
  ]);
}

/** Takes a webhook away, with all of its deliveries: nothing more is sent to it. */
export async function deleteWebhook(tx: Tx, id: string): Promise<void> {
  await tx.run("delete from deliveries where webhook = ?", [id]);
  await tx.run("delete from webhooks where id = ?", [id]);
}
