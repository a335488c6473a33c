import { checkValue } from "./check-value.ts";
import type { ConfigRecord, ConfigSchema, ConfigValue, ConfigValues, RecordSpec } from "./schema.ts";

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
  /** Where each value comes from; for records also each of them, as `key.name`. */
  readonly sources: Readonly<Record<string, string>>;
  /** Keys that a foreign layer tried to set and may not, with that layer. */
  readonly refused: readonly { readonly key: string; readonly source: string }[];
}

/** Lays the later layers over the earlier ones; records of a list one by one, by what names them. */
export function layerConfig(schema: ConfigSchema, layers: readonly Layer[]): Config {
  const values: Record<string, ConfigValue> = {};
  const sources: Record<string, string> = {};
  const refused: { key: string; source: string }[] = [];
  for (const { source, values: own, foreign } of layers) {
    for (const [key, value] of Object.entries(own)) {
      const { userOnly, record } = schema[key] ?? {};
      if (foreign && userOnly) refused.push({ key, source });
      else if (record !== undefined) {
        const list = value as readonly ConfigRecord[];
        if (foreign)
          for (const [at, one] of list.entries())
            for (const field of userOnlyFields(record))
              if (one[field] !== undefined) refused.push({ key: `${key}[${at}].${field}`, source });
        const name = record.key;
        if (name === null) {
          values[key] = list;
          sources[key] = source;
          continue;
        }
        values[key] = layRecords(
          { ...record, key: name },
          (values[key] as readonly ConfigRecord[] | undefined) ?? [],
          list,
          foreign ?? false,
        );
        sources[key] = sources[key] === undefined ? source : `${sources[key]}, ${source}`;
        for (const one of list) sources[`${key}.${one[name]}`] = source;
      } else {
        values[key] = value;
        sources[key] = source;
      }
    }
  }
  return { values, sources, refused };
}

const userOnlyFields = ({ fields }: RecordSpec): readonly string[] =>
  Object.keys(fields).filter((field) => fields[field]!.userOnly);

/**
 * Later records in the place of earlier ones of the same name, and behind them where there are none. What only the user may say
 * stays as the user's own record says it, where a foreign one means the same thing: all its required fields are the same.
 */
function layRecords(
  spec: RecordSpec & { readonly key: string },
  earlier: readonly ConfigRecord[],
  later: readonly ConfigRecord[],
  foreign: boolean,
): readonly ConfigRecord[] {
  const laid = new Map(earlier.map((one) => [one[spec.key], one]));
  for (const one of later) {
    const before = laid.get(one[spec.key]);
    const required = Object.keys(spec.fields).filter((field) => spec.fields[field]!.required);
    const same = before !== undefined && required.every((field) => before[field] === one[field]);
    const kept = foreign ? userOnlyFields(spec) : [];
    const plain = Object.entries(one).filter(([field]) => !kept.includes(field));
    const own = same ? Object.entries(before).filter(([field]) => kept.includes(field)) : [];
    laid.set(one[spec.key], Object.fromEntries([...plain, ...own]));
  }
  return [...laid.values()];
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

/** What a word stands for, as a value of a type: lists with commas between, `gpu=1,db=2`, records as JSON; what it cannot be stays the word. */
export function fromText(type: ConfigSchema[string]["type"], text: string): unknown {
  if (type === "integer" || type === "number")
    return Number.isNaN(Number(text)) || text.trim() === "" ? text : Number(text);
  if (type === "boolean")
    return text === "true" || text === "1" ? true : text === "false" || text === "0" ? false : text;
  if (type === "records") return fromJson(text);
  if (type === "counts") return countsFrom(text);
  return type === "strings" ? text.split(",").map((one) => one.trim()) : text;
}

/** True for a list as a file has it: `[node, agent.mjs]`. */
export const isFlowList = (text: string): boolean => /^\s*\[[\s\S]*\]\s*$/.test(text);

function countsFrom(text: string): unknown {
  const parts = text.split(",").map((one) => /^\s*([^=\s]+)\s*=\s*(\d+)\s*$/.exec(one));
  return parts.every((one) => one !== null)
    ? Object.fromEntries(parts.map((one) => [one[1]!, Number(one[2])]))
    : fromJson(text);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
