import { layerConfig } from "@taskwerk/config/layers";
import { textOfValue } from "@taskwerk/config/value-text";
import { hanging } from "../../report/layout.ts";
import { CONFIG_KEYS, defaultOf } from "../config-keys.ts";
import { layoutOf } from "../lines-view.ts";
import { readLayers } from "../read-config.ts";
import type { Verb } from "../verb.ts";

interface SetKey {
  readonly key: string;
  readonly value: unknown;
  /** Where it is set, "default", or null where nothing counts. */
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
        ([key, { describe }]): SetKey => ({
          key,
          value: values[key] ?? defaultOf(key) ?? null,
          source: sources[key] ?? (defaultOf(key) === undefined ? null : "default"),
          describe,
        }),
      );
    app.show<readonly SetKey[]>("config.list", keys, {
      fields: ["key", "value", "source"],
      known: ["key", "value", "source", "describe"],
      items: (list) => list.map((one) => ({ ...one, id: one.key })),
      screen(output) {
        if (keys.length === 0) output.line("Nothing is set.   conductor config list --all");
        else if (all)
          for (const key of keys) for (const line of linesOf(key, layoutOf(output).width)) output.line(line);
        else
          output.table(
            [{ title: "KEY" }, { title: "VALUE", shrinks: true }, { title: "FROM", shrinks: true }],
            keys.map(({ key, value, source }) => [key, textOfValue(value), source ?? ""]),
          );
        if (trust === "new" || trust === "changed")
          output.line("The repository's file does not count yet:  conductor trust");
      },
    });
    return undefined;
  },
};

/** A key, its value and from where, and below it what it is. A value is there to be copied: it is never broken. */
function linesOf({ key, value, source, describe }: SetKey, width: number): readonly string[] {
  const said = value === null ? "(not set)" : `${textOfValue(value)}  (${source})`;
  return [
    ...(key.length + said.length + 2 <= width ? [`${key}  ${said}`] : [key, `    ${said}`]),
    ...hanging("    ", describe, width),
  ];
}
