import { WerkError } from "@taskwerk/contract/errors";
import { collectList, type Verb, wordOf } from "../verb.ts";
import { webhookView } from "./webhook-view.ts";

interface UpdateFlags {
  readonly url?: string;
  readonly event?: readonly string[];
  readonly where?: string;
  readonly allowPrivate?: boolean;
  readonly publicOnly?: boolean;
  readonly enable?: boolean;
  readonly disable?: boolean;
}

/** `webhook update ID`: another address or filter, or off and on again. */
export const webhookUpdateVerb: Verb<UpdateFlags> = {
  build: (command) =>
    command
      .argument("<id>", "the webhook")
      .option("--url <url>", "another address")
      .option("--event <type>", "only these, in place of those before; repeatable", collectList)
      .option("--where <query>", "another query; none for no query")
      .option("--allow-private", "it may lead to this machine and into private networks")
      .option("--public-only", "it may not")
      .option("--enable", "on again, also after its receiver was gone")
      .option("--disable", "off: it gets nothing of what happens meanwhile"),
  async run(app, [id], { url, event, where, allowPrivate, publicOnly, enable, disable }) {
    for (const [one, other, both] of [
      ["enable", "disable", enable && disable],
      ["allow-private", "public-only", allowPrivate && publicOnly],
    ] as const) {
      if (both) throw new WerkError("USAGE", `--${one} and --${other} do not go together.`, { field: one });
    }
    const input = {
      id: wordOf(id),
      ...(url === undefined ? {} : { url }),
      ...(event ? { events: [...event] } : {}),
      ...(where === undefined ? {} : { where: where === "none" ? null : where }),
      ...(allowPrivate || publicOnly ? { allow_private: allowPrivate === true } : {}),
      ...(enable || disable ? { active: enable === true } : {}),
    };
    if (Object.keys(input).length === 1) {
      throw new WerkError("USAGE", "webhook update: nothing to change.", {
        hint: "What can be:  taskwerk help webhook update",
      });
    }
    await app.perform("webhook.update", input, webhookView("changed"));
    return undefined;
  },
};
