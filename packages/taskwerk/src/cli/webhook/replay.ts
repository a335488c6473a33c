import { WerkError } from "@taskwerk/contract/errors";
import type { View } from "@taskwerk/terminal/print-success";
import { type Verb, wordsOf } from "../verb.ts";

interface ReplayFlags {
  readonly failed?: boolean;
  readonly since?: string;
  readonly webhook?: string;
}

/** `webhook replay ID`: sends once more what was given up or has arrived, under the same `webhook-id`. */
export const webhookReplayVerb: Verb<ReplayFlags> = {
  build: (command) =>
    command
      .argument("[id]", "one delivery, by its number")
      .option("--failed", "all that were given up")
      .option("--since <time>", "all of events since then: 2h, 3d, 2027-03-01")
      .option("--webhook <id>", "only those of this webhook"),
  async run(app, [argument], { failed, since, webhook }) {
    const [id] = wordsOf(argument);
    const input = {
      ...(id === undefined ? {} : { id: numberOf(id) }),
      ...(failed ? { failed } : {}),
      ...(since === undefined ? {} : { since }),
      ...(webhook === undefined ? {} : { webhook }),
    };
    await app.perform("webhook.replay", input, REPLAYED);
    return undefined;
  },
};

function numberOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new WerkError("USAGE", `"${text}" is no delivery: they have numbers.`, {
    hint: /^w\d+$/.test(text)
      ? `All of ${text} that were given up:  taskwerk webhook replay --failed --webhook ${text}`
      : "See them:  taskwerk webhook deliveries",
    field: "id",
    given: text,
  });
}

const REPLAYED: View<{ readonly replayed: number }> = {
  fields: ["replayed"],
  known: ["replayed"],
  ids: () => [],
  piped: "screen",
  screen: (output, { data: { replayed } }) =>
    output.line(
      replayed === 0
        ? "Nothing to send."
        : `${replayed} ${replayed === 1 ? "delivery goes" : "deliveries go"} out once more.`,
    ),
};
