import type { JsonSchema } from "../model/request.ts";

type Values = Readonly<Record<string, unknown>>;

/**
 * A value in the shape of a schema: what the schema does not know is left out, what it wants and the value lacks is the emptiest
 * thing that fits. So an answer stays right when its reader asks for a field more.
 */
export function fitTo(schema: JsonSchema, value: unknown): unknown {
  const options = schema.anyOf ?? [];
  if (options.length > 0) return fitTo(options.find((one) => fits(one, value)) ?? (options[0] as JsonSchema), value);
  if (schema.enum !== undefined) return schema.enum.includes(value) ? value : schema.enum[0];
  if (!fits(schema, value)) return emptyOf(schema);
  if (schema.properties !== undefined && isObject(value)) {
    const names = Object.keys(schema.properties).filter(
      (name) => name in value || (schema.required ?? []).includes(name),
    );
    return Object.fromEntries(names.map((name) => [name, fitTo(schema.properties?.[name] ?? {}, value[name])]));
  }
  if (schema.items !== undefined && Array.isArray(value))
    return value.map((one) => fitTo(schema.items as JsonSchema, one));
  return value;
}

const isObject = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const typesOf = ({ type }: JsonSchema): readonly string[] => (type === undefined ? [] : [type].flat());

function fits(schema: JsonSchema, value: unknown): boolean {
  const types = typesOf(schema);
  if (value === undefined) return false;
  if (types.length === 0) return true;
  const own = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  return types.includes(own) || (own === "number" && Number.isInteger(value) && types.includes("integer"));
}

function emptyOf(schema: JsonSchema): unknown {
  const [type = "null"] = typesOf(schema).includes("null") ? ["null"] : typesOf(schema);
  if (type === "object") return fitTo(schema, {});
  return { array: [], string: "", number: 0, integer: 0, boolean: false }[type] ?? null;
}
