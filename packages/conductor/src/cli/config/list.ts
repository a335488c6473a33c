import { layerConfig } from "@taskwerk/config/layers";
import { CONFIG_KEYS } from "../config-keys.ts";
import { readLayers } from "../read-config.ts";
import type { Verb } from "../verb.ts";

interface SetKey {
  readonly key: string;
  readonly value: unknown;
  readonly source: string | null;
  readonly describe: string;
}

/** `config list`: what is set, and where; `--all`: every key there is. */
export const listConfigVerb: Verb<{ readonly all?: boolean }> = {
  build: (command) => command.option("--all", "every key there is"),
  async run(app, _, { all = false }) {
    const { layers, trust } = await readLayers(app.configPlaces);
    const counting = layers.filter(({ foreign }) => !foreign || trust === "trusted");
    const { values, sources } = layerConfig(CONFIG_KEYS, counting);
    const keys = Object.entries(CONFIG_KEYS)
      .filter(([key]) => all || values[key] !== undefined)
      .map(
        ([key, { describe }]): SetKey => ({ key, value: values[key] ?? null, source: sources[key] ?? null, describe }),
      );
    app.show<readonly SetKey[]>("config.list", keys, {
      fields: ["key", "value", "source"],
      known: ["key", "value", "source", "describe"],
      items: (list) => list.map((one) => ({ ...one, id: one.key })),
      screen(output) {
        if (keys.length === 0) output.line("Nothing is set.   conductor config list --all");
        else
          output.table(
            [{ title: "KEY" }, { title: "VALUE", shrinks: true }, { title: all ? "WHAT" : "FROM", shrinks: true }],
            keys.map(({ key, value, source, describe }) => [
              key,
              value === null ? "" : textOfValue(value),
              all ? describe : (source ?? ""),
            ]),
          );
        if (trust === "new" || trust === "changed")
          output.line("The repository's file does not count yet:  conductor trust");
      },
    });
    return undefined;
  },
};

/** A value as one types it: lists with commas between, records as JSON. */
export function textOfValue(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  return value.some((one) => typeof one === "object") ? JSON.stringify(value) : value.join(",");
}
