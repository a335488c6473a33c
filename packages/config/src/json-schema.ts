import { PATTERNS } from "./check-value.ts";
import type { ConfigSchema, KeySpec, RecordSpec } from "./schema.ts";

type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The JSON Schema (2020-12) of a file that holds these keys, without `$schema` and `$id`. Whatever the program takes, it takes; what
 * compares records with each other, or is a `check` of theirs, only the program sees.
 */
export function configJsonSchema(schema: ConfigSchema): JsonSchema {
  return sectionOf(schema, "");
}

/** The keys below `above`, as they are nested in a file. A part may stand there empty. */
function sectionOf(schema: ConfigSchema, above: string): JsonSchema {
  const names = [
    ...new Set(
      Object.keys(schema).flatMap((key) => (key.startsWith(above) ? [key.slice(above.length).split(".")[0]!] : [])),
    ),
  ];
  return {
    type: ["object", "null"],
    properties: Object.fromEntries(
      names.map((name) => {
        const key = `${above}${name}`;
        const spec = Object.hasOwn(schema, key) ? schema[key] : undefined;
        const hasParts = Object.keys(schema).some((one) => one.startsWith(`${key}.`));
        const parts = hasParts ? [sectionOf(schema, `${key}.`)] : [];
        const all = spec === undefined ? parts : [settingOf(spec), ...parts];
        return [name, all.length === 1 ? all[0] : { anyOf: all }];
      }),
    ),
    additionalProperties: false,
  };
}

function settingOf(spec: KeySpec): JsonSchema {
  const { describe, default: preset } = spec;
  return { description: describe, ...shapeOf(spec), ...(preset === undefined ? {} : { default: preset }) };
}

function shapeOf(spec: KeySpec & { readonly required?: boolean }): JsonSchema {
  const { type, oneOf, least, most, record, required } = spec;
  const range = {
    ...(least === undefined ? {} : { minimum: least }),
    ...(most === undefined ? {} : { maximum: most }),
  };
  switch (type) {
    case "string":
      if (oneOf !== undefined) return { type: "string", enum: oneOf };
      return { type: "string", ...(required ? { pattern: "\\S" } : {}) };
    case "integer":
      return { type: "integer", ...range };
    case "number":
      return { type: "number", ...range };
    case "boolean":
      return { type: "boolean" };
    case "strings":
      return { type: "array", items: { type: "string", ...(oneOf === undefined ? {} : { enum: oneOf }) } };
    case "records":
      return record === undefined ? { type: "array" } : recordsOf(record);
    case "counts":
      return {
        type: "object",
        propertyNames: { pattern: PATTERNS.name.source },
        additionalProperties: { type: "integer", ...range },
      };
    case "url":
      return { type: "string", pattern: "^\\s*[hH][tT][tT][pP][sS]?:" };
    case "name":
    case "path":
    case "person":
    case "duration":
    case "size":
      return { type: "string", pattern: PATTERNS[type].source };
    default: {
      const never: never = type;
      return never;
    }
  }
}

function recordsOf({ fields, shorthand, some, only }: RecordSpec): JsonSchema {
  const one: JsonSchema = {
    type: "object",
    properties: Object.fromEntries(
      Object.entries(fields).map(([name, spec]) => [name, { description: spec.describe, ...shapeOf(spec) }]),
    ),
    required: Object.keys(fields).filter((name) => fields[name]!.required),
    additionalProperties: false,
    ...(some === undefined ? {} : { anyOf: some.fields.map((name) => ({ required: [name] })) }),
    ...(only === undefined
      ? {}
      : {
          dependentSchemas: Object.fromEntries(
            Object.entries(only).map(([name, { field, is }]) => [
              name,
              { properties: { [field]: { enum: is } }, required: [field] },
            ]),
          ),
        }),
  };
  if (shorthand === undefined) return { type: "array", items: one };
  const text = shapeOf(fields[shorthand]!);
  return { anyOf: [text, one, { type: "array", items: { anyOf: [text, one] } }] };
}
