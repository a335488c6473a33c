import { checkValue } from "./check-value.ts";
import type { ConfigSchema, ConfigValue, ConfigValues } from "./schema.ts";

/** Values from one place, named as a person would: "default", a path, "TASKWERK_PORT", "--port". */
export interface Layer {
  readonly source: string;
  readonly values: ConfigValues;
  /** Not the user's own: keys marked `userOnly` do not count from here. */
  readonly foreign?: boolean;
}

/** What counts, after all layers were laid over one another. */
export interface Config {
  readonly values: ConfigValues;
  /** Where each value comes from. */
  readonly sources: Readonly<Record<string, string>>;
  /** Keys that a foreign layer tried to set and may not, with that layer. */
  readonly refused: readonly { readonly key: string; readonly source: string }[];
}

/** Lays the later layers over the earlier ones. */
export function layerConfig(schema: ConfigSchema, layers: readonly Layer[]): Config {
  const values: Record<string, ConfigValue> = {};
  const sources: Record<string, string> = {};
  const refused: { key: string; source: string }[] = [];
  for (const { source, values: own, foreign } of layers) {
    for (const [key, value] of Object.entries(own)) {
      if (foreign && schema[key]?.userOnly) refused.push({ key, source });
      else {
        values[key] = value;
        sources[key] = source;
      }
    }
  }
  return { values, sources, refused };
}

/**
 * The layer of environment variables: `names` maps a variable to its key. Throws CONFIG_INVALID for a value that the
 * key does not take.
 */
export function environmentLayers(
  schema: ConfigSchema,
  names: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string | undefined>>,
): readonly Layer[] {
  return Object.entries(names).flatMap(([name, key]) => {
    const text = env[name];
    const spec = schema[key];
    if (text === undefined || text === "" || !spec) return [];
    return [{ source: name, values: { [key]: checkValue(key, spec, fromText(spec.type, text), name) } }];
  });
}

/** What a word stands for, as a value of a type: lists with commas between; what it cannot be stays the word. */
export function fromText(type: ConfigSchema[string]["type"], text: string): unknown {
  if (type === "integer" || type === "number")
    return Number.isNaN(Number(text)) || text.trim() === "" ? text : Number(text);
  if (type === "boolean")
    return text === "true" || text === "1" ? true : text === "false" || text === "0" ? false : text;
  return type === "strings" ? text.split(",").map((one) => one.trim()) : text;
}

/** True for a list as a file has it: `[node, agent.mjs]`. */
export const isFlowList = (text: string): boolean => /^\s*\[[\s\S]*\]\s*$/.test(text);
