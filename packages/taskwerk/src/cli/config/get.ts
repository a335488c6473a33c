import { layerConfig } from "@taskwerk/config/layers";
import { textOfValue } from "@taskwerk/config/value-text";
import { CONFIG_KEYS } from "../config-keys.ts";
import { readLayers } from "../read-config.ts";
import { type Verb, wordOf } from "../verb.ts";
import { configPlaces } from "./config-places.ts";
import { knownKey } from "./known-key.ts";

/** `config get KEY`: the value that counts, alone: as it is set, else the default. */
export const configGetVerb: Verb<unknown> = {
  build: (command) => command.argument("<key>", "e.g. claim.lease"),
  async run(app, [word]) {
    const { key, spec } = knownKey(wordOf(word));
    const { store } = await configPlaces(app);
    const { values } = layerConfig(CONFIG_KEYS, await readLayers(store, app.world.env));
    const value = values[key] ?? spec.default ?? null;
    app.show(
      "config.get",
      { key, value, set: values[key] !== undefined },
      {
        fields: ["value"],
        known: ["key", "value", "set"],
        ids: () => [textOfValue(value)],
        piped: "screen",
        screen: (output) => output.line(textOfValue(value)),
      },
    );
    return undefined;
  },
};
