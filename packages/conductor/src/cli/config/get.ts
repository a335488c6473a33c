import { textOfValue } from "@taskwerk/config/value-text";
import { defaultOf } from "../config-keys.ts";
import { type Verb, wordOf } from "../verb.ts";
import { knownKey } from "./known-key.ts";

/** `config get KEY`: the value that counts, alone: as it is set, else the default. */
export const getConfigVerb: Verb<unknown> = {
  build: (command) => command.argument("<key>", "e.g. budget.session_usd"),
  async run(app, [word]) {
    const { key } = knownKey(wordOf(word));
    const set = (await app.config())[key];
    const value = set ?? defaultOf(key) ?? null;
    if (value === null) app.note(`${key} is not set, and has no default.`);
    app.show(
      "config.get",
      { key, value, set: set !== undefined },
      {
        fields: ["value"],
        known: ["key", "value", "set"],
        items: (data) => [{ ...data, id: value === null ? "" : textOfValue(value) }],
        piped: "screen",
        screen(output) {
          if (value !== null) output.line(textOfValue(value));
        },
      },
    );
    return undefined;
  },
};
