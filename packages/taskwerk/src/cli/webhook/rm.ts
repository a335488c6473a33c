import { type Verb, wordOf } from "../verb.ts";
import { webhookView } from "./webhook-view.ts";

/** `webhook rm ID`: nothing more is sent to it, also what waited. */
export const webhookRmVerb: Verb<unknown> = {
  build: (command) => command.argument("<id>", "the webhook"),
  async run(app, [id]) {
    await app.perform("webhook.rm", { id: wordOf(id) }, webhookView("removed"));
    return undefined;
  },
};
