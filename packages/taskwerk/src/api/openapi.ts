import { Failure, Meta, Page, successOf } from "@taskwerk/contract/answers/envelope";
import { Proof } from "@taskwerk/contract/answers/graph";
import { Note } from "@taskwerk/contract/answers/tasks";
import type { OperationName } from "@taskwerk/contract/routes";
import { API_VERSION } from "@taskwerk/contract/routes";
import { ClaimView, Criterion, Link, Task } from "@taskwerk/contract/task";
import { type ZodType, z } from "zod";
import { ANSWERS } from "./answer-fields.ts";
import { API_ANSWERS } from "./answer-schemas.ts";
import { ENDPOINTS, type Endpoint, taken, takesQuery } from "./endpoints.ts";
import { FIELD_WORDS } from "./field-words.ts";
import { DOCUMENT_ROUTES } from "./openapi-documents.ts";
import { pathItemOf } from "./openapi-operation.ts";
import { HEADER_PARAMETERS } from "./openapi-parameters.ts";

/** What stands under a name of its own, so that a reader sees it once. */
const NAMED = { Task, Criterion, Link, ClaimView, Note, Proof, Page, Meta, Failure } as const;

const DESCRIPTION = `The HTTP API of one taskwerk store, on this machine. Every answer is one JSON document with ok, v and kind: ok true
with data, or ok false with error.code, error.message and error.hint. Fields may be added within version ${API_VERSION}; none is
removed or changes its type. Every write may have an Idempotency-Key: the same call with the same key is done once and
answered as before. The version of one task is its rev: its ETag, and what If-Match compares.`;

/** The schema of what a caller gives at this address: the operation's input without what the path says. */
export const inputOf = (endpoint: Endpoint, schema: ZodType): z.ZodObject => {
  const object = schema as z.ZodObject;
  const said = [...taken(endpoint)].filter((name) => Object.hasOwn(object.shape, name));
  return said.length === 0 ? object : object.omit(Object.fromEntries(said.map((name) => [name, true])) as never);
};

/** The API as an OpenAPI 3.1 document, made of the tables of routes and the schemas that the server itself checks with. */
export async function openApiDocument(schemaOf: (name: OperationName) => Promise<ZodType>): Promise<object> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(NAMED)) registry.add(schema, { id });
  for (const [kind, data] of Object.entries({ ...ANSWERS, ...API_ANSWERS })) {
    registry.add(successOf(z.literal(kind), data), { id: kind });
  }
  const inputs = new Map<string, z.ZodObject>();
  for (const endpoint of ENDPOINTS) {
    const input = inputOf(endpoint, await schemaOf(endpoint.operation));
    inputs.set(endpoint.id, input);
    // A schema that several addresses share has one name; a copy has its own.
    if (!takesQuery(endpoint)) registry.add(input.clone(), { id: `${endpoint.id}.input` });
  }
  const { schemas } = z.toJSONSchema(registry, {
    target: "draft-2020-12",
    io: "input",
    uri: (id) => `#/components/schemas/${id}`,
  });
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of ENDPOINTS) {
    paths[endpoint.path] = { ...paths[endpoint.path], ...pathItemOf(endpoint, inputs.get(endpoint.id)!) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "taskwerk", version: String(API_VERSION), description: DESCRIPTION.replaceAll("\n", " ") },
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    servers: [{ url: "http://127.0.0.1:7777", description: "Where taskwerk api start says" }],
    security: [{ token: [] }],
    paths: { ...paths, ...DOCUMENT_ROUTES },
    components: {
      schemas: Object.fromEntries(
        Object.entries(schemas).map(([id, { $schema: _, $id: __, ...schema }]) => [
          id,
          id.endsWith(".input") ? withWords(schema) : schema,
        ]),
      ),
      parameters: HEADER_PARAMETERS,
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "It lies in api.json in the store's directory, for the user whose store it is",
        },
      },
    },
  };
}

interface Described {
  readonly properties?: Readonly<Record<string, unknown>> | undefined;
}

/** The schema of an input, with what each of its fields is in words. */
const withWords = (schema: Described): Described => ({
  ...schema,
  properties: Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, field]) => [
      name,
      { description: FIELD_WORDS[name], ...(field as object) },
    ]),
  ),
});
