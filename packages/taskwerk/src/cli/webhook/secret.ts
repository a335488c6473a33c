import { secondsOf } from "@taskwerk/terminal/command/length-of-time";
import { type Verb, wordOf } from "../verb.ts";
import { momentOf, secretView } from "./webhook-view.ts";

/** `webhook rotate ID`: a new secret; the one before signs as well for a while. */
export const webhookRotateVerb: Verb<{ readonly keep?: string }> = {
  build: (command) =>
    command
      .argument("<id>", "the webhook")
      .option("--keep <time>", "how long the secret before signs as well; 0s: no longer (1d)"),
  async run(app, [id], { keep }) {
    const input = { id: wordOf(id), ...(keep === undefined ? {} : { keep_seconds: secondsOf(keep, "--keep") }) };
    const view = secretView("has a new secret", ({ old_secret_until }) =>
      old_secret_until === null
        ? "The one before signs no longer."
        : `The one before signs as well until ${momentOf({ ...app.output, isTTY: false }, old_secret_until)}.`,
    );
    await app.perform("webhook.rotate", input, view);
    return undefined;
  },
};

/** `webhook secret ID`: what the store made for a webhook of the configuration. */
export const webhookSecretVerb: Verb<unknown> = {
  build: (command) => command.argument("<id>", "a webhook of the configuration"),
  async run(app, [id]) {
    const view = secretView("signs with", ({ source }) => `It stands in the configuration: ${source}`);
    await app.perform("webhook.secret", { id: wordOf(id) }, view);
    return undefined;
  },
};
