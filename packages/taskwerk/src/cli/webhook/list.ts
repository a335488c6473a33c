import type { Webhook } from "@taskwerk/contract/webhook";
import { dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import type { Verb } from "../verb.ts";
import { eventsOf, stateOf, WEBHOOK_FIELDS } from "./webhook-view.ts";

/** `webhook list`: where what happens is told, and how it stands with it. */
export const webhookListVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    // Those of a file that was just written are in the list too.
    if (!app.globals.readonly) await app.world.followConfiguration(app.target);
    await app.perform("webhook.list", {}, WEBHOOKS);
    return undefined;
  },
};

const WEBHOOKS: View<readonly Webhook[]> = {
  fields: ["id", "url", "events", "where", "active", "pending", "dead"],
  known: WEBHOOK_FIELDS,
  items: (webhooks) => webhooks.map((webhook) => ({ ...webhook })),
  screen(output, { data }) {
    if (data.length === 0) {
      output.line("No webhooks.   ", dim("taskwerk webhook add URL, or webhooks: in .taskwerk/config.yml"));
      return;
    }
    output.table(
      [
        { title: "ID" },
        { title: "URL", shrinks: true, least: 20 },
        { title: "GETS", shrinks: true, least: 12 },
        { title: "STATE", shrinks: true, least: 10 },
        { title: "FROM", from: 100 },
      ],
      data.map((one) => [one.id, one.url, eventsOf(one), stateOf(one), dim(one.source ?? "webhook add")]),
    );
  },
};
