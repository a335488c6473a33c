import type { ConfigValue } from "@taskwerk/config/schema";
import { takesOf, textOfValue } from "@taskwerk/config/value-text";
import { dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { CONFIG_FLAGS, CONFIG_VARIABLES } from "../config-keys.ts";
import { readLayers } from "../read-config.ts";
import { type Verb, wordOf } from "../verb.ts";
import { configPlaces } from "./config-places.ts";
import { knownKey } from "./known-key.ts";

interface Explained {
  readonly key: string;
  readonly describe: string;
  readonly takes: string;
  readonly default: ConfigValue | null;
  /** The flag that wins over all of them, and the variables that win over files. */
  readonly flag: string | null;
  readonly variables: readonly string[];
  /** What each place says; the last one counts. */
  readonly layers: readonly { readonly source: string; readonly value: ConfigValue; readonly counts: boolean }[];
  readonly value: ConfigValue | null;
}

/** `config explain KEY`: what it is, what it takes, what each place says, and which of them counts. */
export const configExplainVerb: Verb<unknown> = {
  build: (command) => command.argument("<key>", "e.g. claim.lease"),
  async run(app, [word]) {
    const { key, spec } = knownKey(wordOf(word));
    const { store } = await configPlaces(app);
    const said = (await readLayers(store, app.world.env)).flatMap(({ source, values, foreign }) =>
      values[key] === undefined ? [] : [{ source, value: values[key], may: !(foreign && spec.userOnly) }],
    );
    const last = said.findLast(({ may }) => may);
    app.show(
      "config.explain",
      {
        key,
        describe: spec.describe,
        takes: takesOf(spec),
        default: spec.default ?? null,
        flag: CONFIG_FLAGS[key] ?? null,
        variables: Object.entries(CONFIG_VARIABLES).flatMap(([name, of]) => (of === key ? [name] : [])),
        layers: said.map((one) => ({ source: one.source, value: one.value, counts: one === last })),
        value: last?.value ?? spec.default ?? null,
      },
      EXPLAINED,
    );
    return undefined;
  },
};

const EXPLAINED: View<Explained> = {
  fields: ["key", "value"],
  known: ["key", "describe", "takes", "default", "flag", "variables", "layers", "value"],
  ids: ({ key }) => [key],
  piped: "screen",
  screen(output, { data }) {
    const { key, describe, takes, flag, variables, layers, value } = data;
    const also = [...variables, ...(flag === null ? [] : [flag])];
    output.line(key);
    output.line("  ", describe);
    output.line("  ", `Takes ${takes}.${also.length === 0 ? "" : ` Also: ${also.join(", ")}`}`);
    output.line();
    const given = [{ source: "default", value: data.default, counts: !layers.some(({ counts }) => counts) }, ...layers];
    for (const one of given) {
      if (one.value === null) continue;
      const line = `  ${textOfValue(one.value)}   ${one.source}`;
      output.line(one.counts ? line : dim(line));
    }
    if (value !== null && layers.length > 0) {
      output.line();
      output.line("  ", `It is ${textOfValue(value)}.`);
    }
  },
};
