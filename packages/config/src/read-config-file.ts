import { readFile, stat } from "node:fs/promises";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import { checkValue, isMapping } from "./check-value.ts";
import type { ConfigSchema, ConfigValue, ConfigValues } from "./schema.ts";

/** A configuration file is small; a larger one is a mistake or an attack. */
const MOST_BYTES = 256 * 1024;

/** Told of a key that is unknown or has a wrong value; when it does not throw, the others are read. */
export type OnFault = (fault: WerkError) => void;

const refuse: OnFault = (fault) => {
  throw fault;
};

/**
 * Reads one YAML file into values by path. A file that does not exist has none. Throws CONFIG_INVALID for what is no
 * YAML, no plain file, too large, and, where `onFault` is not given, an unknown key (with the one that was probably meant)
 * or a wrong value. The YAML parser is loaded only when there is a file to read.
 */
export async function readConfigFile(path: string, schema: ConfigSchema, onFault?: OnFault): Promise<ConfigValues> {
  const text = await textOf(path);
  return text === null ? {} : readConfigText(text, path, schema, onFault);
}

/** The same for a text that is at hand; `source` names it in errors. */
export async function readConfigText(
  text: string,
  source: string,
  schema: ConfigSchema,
  onFault: OnFault = refuse,
): Promise<ConfigValues> {
  // Loaded only here: the parser is larger than all the rest.
  const { parseYaml } = await import("./parse-yaml.ts");
  const { value: document, lines } = parseYaml(text, source);
  if (document === null || document === undefined) return {};
  if (!isMapping(document)) throw new WerkError("CONFIG_INVALID", `${source} must hold keys and values.`);
  const values: Record<string, ConfigValue> = {};
  const place = (key: string): string => (lines.has(key) ? `${source} line ${lines.get(key)}` : source);
  collect(document, "", { values, schema, place, onFault });
  return values;
}

function collect(
  mapping: Readonly<Record<string, unknown>>,
  above: string,
  into: {
    readonly values: Record<string, ConfigValue>;
    readonly schema: ConfigSchema;
    readonly place: (key: string) => string;
    readonly onFault: OnFault;
  },
): void {
  const { values, schema, place, onFault } = into;
  for (const [name, value] of Object.entries(mapping)) {
    const key = above === "" ? name : `${above}.${name}`;
    const spec = Object.hasOwn(schema, key) ? schema[key] : undefined;
    const hasParts = Object.keys(schema).some((known) => known.startsWith(`${key}.`));
    // A key may be a list and a part with keys of its own, one or the other in one file.
    if (isMapping(value) && hasParts) collect(value, key, into);
    else if (spec && !(value === null && hasParts)) {
      try {
        values[key] = checkValue(key, spec, value, place(key), place);
      } catch (error) {
        if (!isWerkError(error)) throw error;
        onFault(error);
      }
    } else if (value !== null || !hasParts) onFault(unknownKey(key, schema, place(key)));
  }
}

function unknownKey(key: string, schema: ConfigSchema, source: string): WerkError {
  const near = nearest(key, Object.keys(schema));
  return new WerkError("CONFIG_INVALID", `${source} has an unknown key "${key}".`, {
    field: key,
    hint: near ? `Did you mean "${near}"?` : `Keys there are:  ${neighbours(key, schema)}`,
    ...(near ? { candidates: [near] } : {}),
  });
}

/** Some keys of the same part, else the parts there are. */
function neighbours(key: string, schema: ConfigSchema): string {
  const known = Object.keys(schema);
  for (let above = key; above.includes("."); ) {
    above = above.slice(0, above.lastIndexOf("."));
    const inside = known.filter((one) => one.startsWith(`${above}.`));
    if (inside.length > 0) return inside.slice(0, 8).join(", ");
  }
  return [...new Set(known.map((one) => one.split(".")[0]!))].join(", ");
}

async function textOf(path: string): Promise<string | null> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new WerkError("CONFIG_INVALID", `${path} is not a file.`);
    if (found.size > MOST_BYTES) throw new WerkError("CONFIG_INVALID", `${path} is larger than 256 KiB.`);
    return await readFile(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    if (code === "EACCES") throw new WerkError("CONFIG_INVALID", `${path} cannot be read: permission denied.`);
    throw error;
  }
}
