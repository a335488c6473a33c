import type { ConfigValue } from "@taskwerk/config/schema";
import { takesOf, textOfValue } from "@taskwerk/config/value-text";
import type { WerkError } from "@taskwerk/contract/errors";
import { hanging } from "../../report/layout.ts";
import { CONFIG_KEYS, CONFIG_VARIABLES, defaultOf, KEY_ALIASES } from "../config-keys.ts";
import { layoutOf, linesView } from "../lines-view.ts";
import { readLayers } from "../read-config.ts";
import { type Verb, wordOf } from "../verb.ts";
import { knownKey } from "./known-key.ts";

interface Explained {
  readonly key: string;
  readonly describe: string;
  readonly takes: string;
  readonly user_only: boolean;
  /** What each record of a list takes. */
  readonly fields: readonly {
    readonly name: string;
    readonly takes: string;
    readonly describe: string;
    readonly required: boolean;
    readonly user_only: boolean;
  }[];
  readonly variables: readonly string[];
  readonly layers: readonly { readonly source: string; readonly value: unknown; readonly counts: boolean }[];
  /** What counts where nobody has set it; null = nothing does. */
  readonly default: ConfigValue | null;
  /** What counts now. */
  readonly value: unknown;
}

/** `config explain KEY`: what it is, who may set it, and what each place says. What is wrong with other keys is a warning. */
export const explainConfigVerb: Verb<unknown> = {
  build: (command) => command.argument("<key>", "e.g. budget.session_usd"),
  async run(app, [word]) {
    const { key, spec } = knownKey(wordOf(word));
    const elsewhere: string[] = [];
    const { layers, trust } = await readLayers(app.configPlaces, (fault) => {
      if (isAbout(fault, key)) throw fault;
      elsewhere.push(fault.message);
    });
    const said = layers
      .filter(({ values }) => values[key] !== undefined)
      .map(({ source, values, foreign = false }) => ({
        source,
        value: values[key]!,
        counts: !foreign || (trust === "trusted" && spec.userOnly !== true),
      }));
    app.show<Explained>(
      "config.explain",
      {
        key,
        describe: spec.describe,
        takes: takesOf(spec),
        user_only: spec.userOnly ?? false,
        fields: Object.entries(spec.record?.fields ?? {}).map(([name, field]) => ({
          name,
          takes: takesOf(field),
          describe: field.describe,
          required: field.required ?? false,
          user_only: field.userOnly ?? false,
        })),
        variables: Object.entries(CONFIG_VARIABLES).flatMap(([name, of]) => (of === key ? [name] : [])),
        layers: said,
        default: defaultOf(key) ?? null,
        value: said.findLast(({ counts }) => counts)?.value ?? defaultOf(key) ?? null,
      },
      VIEW,
      {},
      elsewhere,
    );
    return undefined;
  },
};

/** The fault is one of this key, or of a part of its value, by whichever of its names. */
function isAbout({ field = "" }: WerkError, key: keyof typeof CONFIG_KEYS): boolean {
  const names = [key, ...Object.keys(KEY_ALIASES).filter((alias) => KEY_ALIASES[alias] === key)];
  // What stands below other keys are keys of their own.
  const part = CONFIG_KEYS[key].type === "counts" ? "." : "[";
  return names.some((name) => field === name || field.startsWith(`${name}${part}`));
}

const VIEW = linesView<Explained>(
  ({ key, describe, takes, user_only, fields, variables, layers, value, default: otherwise }, output) => {
    const { width } = layoutOf(output);
    const say = (text: string): readonly string[] => hanging("  ", text, width);
    return [
      key,
      ...say(describe),
      ...say(`Takes ${takes}.${user_only ? " Only you may set it: not a repository's file." : ""}`),
      ...fields.flatMap((field) => [
        ...hanging(
          `    ${field.name}: `,
          `${field.takes}${field.required ? ", always" : ""}${field.user_only ? ", only in your own file" : ""}`,
          width,
        ),
        ...hanging("      ", field.describe, width),
      ]),
      ...say(otherwise === null ? "It has no default." : `The default is ${textOfValue(otherwise)}.`),
      ...(variables.length === 0 ? [] : say(`Also from ${variables.join(", ")}.`)),
      "",
      ...(layers.length === 0
        ? ["  Nobody has set it."]
        : layers.flatMap(({ source, value: one, counts }) =>
            say(`${textOfValue(one)}   ${source}${counts ? "" : " (does not count)"}`),
          )),
      ...(value === null ? [] : ["", ...say(`It is ${textOfValue(value)}.`)]),
    ];
  },
  {
    items: (data) => [{ ...data, id: data.key }],
    fields: ["key", "value"],
    known: ["key", "describe", "takes", "user_only", "fields", "variables", "layers", "default", "value"],
  },
);
