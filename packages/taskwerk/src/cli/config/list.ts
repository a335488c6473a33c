import { layerConfig } from "@taskwerk/config/layers";
import { textOfValue } from "@taskwerk/config/value-text";
import { dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { CONFIG_KEYS } from "../config-keys.ts";
import { readLayers } from "../read-config.ts";
import type { Verb } from "../verb.ts";
import { configPlaces } from "./config-places.ts";

interface ListedKey {
  readonly key: string;
  readonly value: unknown;
  /** A file, a variable, or "default". */
  readonly source: string;
  readonly describe: string;
}

/** `config list`: what is set, and where; `--all`: every key there is. */
export const configListVerb: Verb<{ readonly all?: boolean }> = {
  build: (command) => command.option("--all", "every key there is, with its default"),
  async run(app, _, { all = false }) {
    const { store } = await configPlaces(app);
    const { values, sources } = layerConfig(CONFIG_KEYS, await readLayers(store, app.world.env));
    const keys = Object.entries(CONFIG_KEYS)
      .filter(([key]) => all || values[key] !== undefined)
      .map(([key, spec]) => ({
        key,
        value: values[key] ?? spec.default,
        source: sources[key] ?? "default",
        describe: spec.describe,
      }));
    app.show("config.list", keys, LISTED);
    return undefined;
  },
};

const LISTED: View<readonly ListedKey[]> = {
  fields: ["key", "value", "source"],
  known: ["key", "value", "source", "describe"],
  ids: (keys) => keys.map(({ key }) => key),
  screen(output, { data }) {
    if (data.length === 0) output.line("Nothing is set.   ", dim("taskwerk config list --all"));
    else
      output.table(
        [
          { title: "KEY" },
          { title: "VALUE" },
          { title: "FROM", shrinks: true },
          { title: "", shrinks: true, from: 100 },
        ],
        data.map(({ key, value, source, describe }) => [key, textOfValue(value), source, dim(describe)]),
      );
  },
};
