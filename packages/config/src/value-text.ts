/** Values as a person types and reads them. */
import { fromText, isFlowList } from "./layers.ts";
import type { KeySpec } from "./schema.ts";

/** A value as one types it: lists with commas between, `gpu=1,db=2`, records as JSON. */
export function textOfValue(value: unknown): string {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return Object.entries(value)
      .map(([name, count]) => `${name}=${count}`)
      .join(",");
  if (!Array.isArray(value)) return String(value);
  return value.some((one) => typeof one === "object") ? JSON.stringify(value) : value.join(",");
}

/** What was typed, as a value; a list also as a file has it. `place` names it in errors. Throws CONFIG_INVALID. */
export async function typedValue({ type }: KeySpec, text: string, place: string): Promise<unknown> {
  if (type !== "strings" || !isFlowList(text)) return fromText(type, text);
  const { parseYaml } = await import("./parse-yaml.ts");
  return parseYaml(text, place).value;
}

/** What a key takes, in words. */
export function takesOf({ type, oneOf, least, most, record }: KeySpec): string {
  if (record?.shorthand) {
    const { shorthand, fields } = record;
    return `a ${shorthand}, a record of ${Object.keys(fields).join(", ")}, or a list of them`;
  }
  if (oneOf) return `one of ${oneOf.join(", ")}`;
  const words = {
    string: "a text",
    integer: "a whole number",
    number: "a number",
    boolean: "true or false",
    strings: "a list of texts",
    records: "a list of records",
    counts: "names with a whole number each, such as {gpu: 1}, each",
    name: "a name",
    path: "a path below the repository's top",
    url: "an address",
    person: "a name and an address: Ada Lovelace <ada@example.org>",
    duration: "a length of time such as 90s, 30m, 2h",
    size: "a size such as 500m or 4g",
  }[type];
  return `${words}${least === undefined ? "" : ` from ${least}`}${most === undefined ? "" : ` to ${most}`}`;
}
