import type { WebhookTest } from "@taskwerk/contract/webhook";
import type { View } from "@taskwerk/terminal/print-success";
import { type Verb, wordOf } from "../verb.ts";

/** `webhook test ID`: sends a test now. Exit 7 when it does not arrive. */
export const webhookTestVerb: Verb<unknown> = {
  build: (command) => command.argument("<id>", "the webhook"),
  async run(app, [id]) {
    await app.perform("webhook.test", { id: wordOf(id) }, TESTED);
    return undefined;
  },
};

const TESTED: View<WebhookTest> = {
  fields: ["webhook", "url", "status", "message"],
  known: ["webhook", "url", "message", "status"],
  ids: ({ webhook }) => [webhook],
  piped: "screen",
  screen: (output, { data }) => output.line(`${data.webhook}  arrived: ${data.status} from `, data.url),
};
