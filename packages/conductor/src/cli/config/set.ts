import { checkValue } from "@taskwerk/config/check-value";
import type { ConfigValue } from "@taskwerk/config/schema";
import { textOfValue, typedValue } from "@taskwerk/config/value-text";
import type { App } from "../app.ts";
import type { CONFIG_KEYS } from "../config-keys.ts";
import { type Verb, wordOf } from "../verb.ts";
import { knownKey } from "./known-key.ts";
import { writeOwn } from "./write-own.ts";

/** `config set KEY VALUE`: in your own file; its comments stay. */
export const setConfigVerb: Verb<unknown> = {
  build: (command) => command.argument("<key>", "e.g. budget.session_usd").argument("<value>", "a list: a,b or [a, b]"),
  async run(app, [word, given]) {
    const { key, spec } = knownKey(wordOf(word));
    await write(app, key, checkValue(key, spec, await typedValue(spec, wordOf(given), PLACE), PLACE));
    return undefined;
  },
};

const PLACE = "the command line";

/** `config unset KEY`: out of your own file. */
export const unsetConfigVerb: Verb<unknown> = {
  build: (command) => command.argument("<key>", "e.g. budget.session_usd"),
  async run(app, [word]) {
    await write(app, knownKey(wordOf(word)).key, null);
    return undefined;
  },
};

async function write(app: App, key: keyof typeof CONFIG_KEYS, value: ConfigValue | null): Promise<void> {
  const userFile = await writeOwn(app, key, value);
  app.show(
    "config.set",
    { key, value, file: userFile },
    {
      fields: ["key", "value"],
      known: ["key", "value", "file"],
      items: (data) => [{ ...data, id: data.key }],
      piped: "screen",
      screen(output) {
        output.line(
          value === null
            ? `${key} is not set any more in ${userFile}.`
            : `${key} is ${textOfValue(value)} now, in ${userFile}.`,
        );
      },
    },
  );
}
