import type { Delivery } from "@taskwerk/contract/webhook";
import { dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { limitOf } from "../limit-of.ts";
import { type Verb, wordsOf } from "../verb.ts";
import { momentOf } from "./webhook-view.ts";

interface DeliveriesFlags {
  readonly failed?: boolean;
  readonly limit?: string;
  readonly cursor?: string;
}

/** `webhook deliveries [ID]`: what was sent and what came of it, the newest first. */
export const webhookDeliveriesVerb: Verb<DeliveriesFlags> = {
  build: (command) =>
    command
      .argument("[id]", "of one webhook (w1), or one delivery (12)")
      .option("--failed", "only what failed and has not arrived")
      .option("--limit <n>", "deliveries; 0 for all of them (50)")
      .option("--cursor <cursor>", "the page after this one"),
  async run(app, [argument], { failed, limit, cursor }) {
    const [id] = wordsOf(argument);
    const input = { ...(id === undefined ? {} : { id }), ...(failed ? { failed } : {}), ...limitOf(limit, cursor) };
    await app.perform("webhook.deliveries", input, DELIVERIES);
    return undefined;
  },
};

const DELIVERIES: View<readonly Delivery[]> = {
  fields: ["id", "webhook", "type", "subject", "state", "attempts", "next_at", "last_status", "last_error"],
  known: [
    "id",
    "webhook",
    "message",
    "seq",
    "event",
    "type",
    "subject",
    "time",
    "state",
    "attempts",
    "next_at",
    "last_at",
    "last_status",
    "last_error",
  ],
  items: (deliveries) => deliveries.map((one) => ({ ...one })),
  ids: (deliveries) => deliveries.map(({ id }) => String(id)),
  screen(output, { data, page }) {
    if (data.length === 0) output.line("No deliveries.");
    else
      output.table(
        [
          { title: "ID", side: "right" },
          { title: "HOOK" },
          { title: "WHEN" },
          { title: "EVENT" },
          { title: "SUBJECT", shrinks: true },
          { title: "STATE" },
          { title: "", shrinks: true, least: 12 },
        ],
        data.map((one) => [
          String(one.id),
          one.webhook,
          momentOf(output, one.time),
          one.type,
          one.subject,
          one.state,
          dim(
            one.state === "delivered"
              ? ""
              : [
                  ...(one.attempts === 0 ? [] : [`${one.attempts}x: ${one.last_error}`]),
                  ...(one.next_at === null ? [] : [`next ${momentOf(output, one.next_at)}`]),
                ].join("; "),
          ),
        ]),
      );
    if (!output.isTTY || !page?.truncated) return;
    output.line();
    output.line(`${page.returned} of ${page.total} deliveries. The rest: --limit 0, or --cursor ${page.cursor}`);
  },
};
