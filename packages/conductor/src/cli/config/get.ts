import { type Verb, wordOf } from "../verb.ts";
import { knownKey } from "./known-key.ts";
import { textOfValue } from "./list.ts";

/** `config get KEY`: its value, alone; nothing where it is not set. */
export const getConfigVerb: Verb<unknown> = {
  build: (command) => command.argument("<key>", "e.g. budget.session_usd"),
  async run(app, [word]) {
    const { key } = knownKey(wordOf(word));
    const value = (await app.config())[key] ?? null;
    app.show(
      "config.get",
      { key, value },
      {
        fields: ["value"],
        known: ["key", "value"],
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
