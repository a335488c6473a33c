import type { Delivered } from "@taskwerk/contract/webhook";
import type { View } from "@taskwerk/terminal/print-success";
import type { Verb } from "../verb.ts";
import { momentOf } from "./webhook-view.ts";

/** `webhook deliver`: sends what is due now, and waits for it. */
export const webhookDeliverVerb: Verb<{ readonly alone?: boolean }> = {
  build: (command) =>
    command.option("--alone", "only when nobody else does; also what is due within seconds. Writes leave this behind"),
  async run(app, _, { alone }) {
    await app.perform("webhook.deliver", alone ? { alone } : {}, DELIVERED);
    return undefined;
  },
};

const DELIVERED: View<Delivered> = {
  fields: ["delivered", "failed", "dead", "pending", "next_at"],
  known: ["ran", "delivered", "failed", "dead", "pending", "next_at"],
  ids: () => [],
  piped: "screen",
  screen(output, { data: { ran, delivered, failed, dead, pending, next_at } }) {
    if (!ran) {
      output.line("Somebody else delivers just now.");
      return;
    }
    const parts = [
      `${delivered} delivered`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(dead > 0 ? [`${dead} given up`] : []),
      ...(pending > 0
        ? [`${pending} to send${next_at === null ? "" : `, the next ${momentOf(output, next_at)}`}`]
        : []),
    ];
    output.line(`${parts.join("; ")}.`);
  },
};
