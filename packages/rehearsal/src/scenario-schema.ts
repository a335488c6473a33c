/** The JSON Schema of a scenario file, for editors and for programs that write scenarios. */
import { ACTIONS, type Fields, OBJECTS, type Shape } from "./scenario-shape.ts";

type Schema = Readonly<Record<string, unknown>>;

/** Draft 2020-12. What it takes, `readScenario` takes, but for broken regular expressions and for `write` without or with two sources. */
export const scenarioJsonSchema = (): Schema => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $id: "urn:conductor:v1:scenario",
  title: "A scenario for conductor rehearse",
  ...objectOf(OBJECTS.scenario!),
  $defs: {
    ...Object.fromEntries(
      Object.entries(OBJECTS)
        .filter(([name]) => name !== "scenario")
        .map(([name, fields]) => [name, objectOf(fields)]),
    ),
    step: { oneOf: Object.values(ACTIONS).map((fields) => objectOf({ ...fields, when: WHEN })) },
  },
});

const WHEN = { is: { a: "object", name: "when" }, optional: true, says: "When it is done." } as const;

const objectOf = (fields: Fields): Schema => ({
  type: "object",
  properties: Object.fromEntries(
    Object.entries(fields).map(([name, { is, says }]) => [name, { description: says, ...schemaOf(is) }]),
  ),
  required: Object.entries(fields)
    .filter(([, { optional }]) => optional !== true)
    .map(([name]) => name),
  additionalProperties: false,
});

function schemaOf(shape: Shape): Schema {
  switch (shape.a) {
    case "text":
      return { type: "string" };
    case "pattern":
      return { type: "string", format: "regex" };
    case "flag":
      return { type: "boolean" };
    case "number":
      return { type: "number", minimum: 0 };
    case "whole":
      return { type: "integer", minimum: shape.least, ...(shape.most === undefined ? {} : { maximum: shape.most }) };
    case "choice":
      return { enum: shape.of };
    case "either":
      return { anyOf: shape.of.map(schemaOf) };
    case "list":
      return {
        type: "array",
        items: schemaOf(shape.of),
        ...(shape.least === undefined ? {} : { minItems: shape.least }),
      };
    case "names":
      return { type: "object", additionalProperties: schemaOf(shape.of) };
    case "object":
      return { $ref: `#/$defs/${shape.name}` };
    case "step":
      return { $ref: "#/$defs/step" };
    default: {
      const unknown: never = shape;
      throw new Error(`unknown shape ${JSON.stringify(unknown)}`);
    }
  }
}
