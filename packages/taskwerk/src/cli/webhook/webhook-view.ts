import type { Webhook, WebhookSecret } from "@taskwerk/contract/webhook";
import type { Output } from "@taskwerk/terminal/output";
import { bold, dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { relativeTime } from "@taskwerk/terminal/relative-time";

export const WEBHOOK_FIELDS = [
  "id",
  "url",
  "events",
  "where",
  "reach",
  "active",
  "disabled_because",
  "source",
  "secret_env",
  "old_secret_until",
  "created_at",
  "created_by",
  "pending",
  "dead",
  "failing",
  "throttled_until",
] as const;

/** Which events it gets, in words. */
export const eventsOf = ({ events, where }: Webhook): string =>
  `${events.length === 0 ? "every event" : events.join(", ")}${where === null ? "" : `  where ${where}`}`;

/** How it stands with it, in words. */
export function stateOf({ active, disabled_because, pending, dead, failing }: Webhook): string {
  if (!active) return disabled_because === "gone" ? "off: its receiver is gone (410)" : "off";
  const parts = [
    ...(failing > 0 ? ["failing"] : []),
    ...(pending > 0 ? [`${pending} to send`] : []),
    ...(dead > 0 ? [`${dead} given up`] : []),
  ];
  return parts.length === 0 ? "ok" : parts.join(", ");
}

/** One webhook, and what was done to it. */
export const webhookView = (did: string): View<Webhook> => ({
  fields: ["id", "url", "events", "where", "active"],
  known: WEBHOOK_FIELDS,
  items: (webhook) => [{ ...webhook }],
  piped: "screen",
  screen: (output, { data }) => tell(output, data, did),
});

/** One webhook with its secret, and what is to be known of it. */
export const secretView = (did: string, remark: (webhook: Webhook) => string): View<WebhookSecret> => ({
  fields: ["id", "url", "secret"],
  known: [...WEBHOOK_FIELDS, "secret"],
  items: (webhook) => [{ ...webhook }],
  piped: "screen",
  screen(output, { data }) {
    tell(output, data, did);
    output.line("  secret  ", bold(data.secret));
    output.line("  ", dim(remark(data)));
  },
});

function tell(output: Output, webhook: Webhook, did: string): void {
  output.line(bold(webhook.id), `  ${did}  `, webhook.url);
  output.line("  gets    ", eventsOf(webhook));
  if (!webhook.active) output.line("  state   ", stateOf(webhook));
}

/** When, the way it is read here. */
export const momentOf = (output: Output, moment: string | null): string =>
  moment === null ? "" : output.isTTY ? relativeTime(moment, output.now()) : moment;
