import { errorsOf } from "@taskwerk/contract/operation-errors";
import { z } from "zod";
import { READ_FORMATS } from "../formats/read-tasks.ts";
import { EXPORT_FORMATS } from "../formats/write/task-writer.ts";
import { type Endpoint, pathNames, takesQuery } from "./endpoints.ts";
import { FIELD_WORDS } from "./field-words.ts";
import { IMPORT_TYPES } from "./import-types.ts";
import { errorResponses } from "./openapi-errors.ts";
import { BODY_EXAMPLES } from "./openapi-examples.ts";
import { headerRef } from "./openapi-parameters.ts";
import { EXPORT_TYPES } from "./stream-export.ts";

type Schema = Readonly<Record<string, unknown>>;

/** One address of an operation: its parameters, its body, and everything that it may answer. */
export function pathItemOf(endpoint: Endpoint, input: z.ZodObject): Record<string, object> {
  const { id, operation, method, summary, status = 200, writes, shows } = endpoint;
  const [group = ""] = operation.split(".");
  const parameters = [
    ...pathNames(endpoint).map((name) => ({
      name,
      in: "path",
      required: true,
      description: FIELD_WORDS[name],
      schema: { type: "string", minLength: 1 },
    })),
    ...(takesQuery(endpoint) ? queryParameters(input) : []),
    ...(writes ? [] : [FIELDS]),
    ...(id === "task.export" ? [formatParameter(EXPORT_FORMATS, "A document instead of a page of the answer")] : []),
    ...(id === "task.import" ? importParameters(input) : []),
    ...(id === "event.list" ? [LAST_EVENT_ID] : []),
    headerRef("Actor"),
    headerRef("Session"),
    ...(writes ? [headerRef("IdempotencyKey")] : []),
    ...(operation === "task.update" ? [headerRef("IfMatch")] : []),
  ];
  const answer = { $ref: `#/components/schemas/${shows ?? operation}` };
  return {
    [method.toLowerCase()]: {
      operationId: id,
      tags: [group],
      summary,
      parameters,
      ...(takesQuery(endpoint) ? {} : { requestBody: bodyOf(endpoint, input) }),
      responses: {
        [status]: {
          description: `${shows ?? operation}: it was done.${id === "event.list" ? STREAMED : ""}`,
          ...(hasEtag(endpoint) ? { headers: { ETag: ETAG } } : {}),
          content: id === "task.export" ? exportContent(answer) : contentOf(id, answer),
        },
        ...errorResponses(errorsOf(operation)),
      },
    },
  };
}

const LAST_EVENT_ID = {
  name: "last-event-id",
  in: "header",
  required: false,
  description: "Of a stream: the id of the last event that came; it goes on after it, whatever since says",
  schema: { type: "string", pattern: "^\\d{1,15}$" },
};
const STREAMED =
  " With Accept: text/event-stream it is a stream of server-sent events that has no end: of each event the cursor is the id, the type the event, and the event itself, as JSON, the data. Without since it begins with now; it takes no limit.";

const contentOf = (id: string, answer: Schema): Record<string, object> => ({
  "application/json": { schema: answer },
  ...(id === "event.list" ? { "text/event-stream": { schema: { type: "string" } } } : {}),
});

const ETAG = { description: "The rev of the one task that the answer is about", schema: { type: "string" } };
const FIELDS = {
  name: "fields",
  in: "query",
  required: false,
  description: "Only these fields of each item of data, e.g. id,title,claim.by. The answer then has no others.",
  schema: { type: "array", items: { type: "string" } },
  style: "form",
  explode: false,
};

const hasEtag = ({ operation, writes, shows }: Endpoint): boolean =>
  !shows && (operation === "task.show" || (writes && /^(?:task|claim)\./.test(operation)));

/** A field's schema as JSON Schema, without what only a whole document says. */
function schemaOf(field: z.ZodType): Schema {
  const { $schema: _, ...schema } = z.toJSONSchema(field, { target: "draft-2020-12", io: "input" });
  return schema;
}

function queryParameters(input: z.ZodObject): readonly object[] {
  return Object.entries(input.shape).map(([name, field]) => {
    const schema = schemaOf(field as z.ZodType);
    return {
      name,
      in: "query",
      required: !(field as z.ZodType).safeParse(undefined).success,
      description: FIELD_WORDS[name],
      schema,
      ...(schema.type === "array" ? { style: "form", explode: false } : {}),
    };
  });
}

const formatParameter = (formats: readonly string[], description: string) => ({
  name: "format",
  in: "query",
  required: false,
  description,
  schema: { type: "string", enum: formats },
});

const importParameters = (input: z.ZodObject): readonly object[] => [
  formatParameter(["auto", ...READ_FORMATS], "What the body is, where its type does not say it"),
  ...queryParameters(input.pick({ on_conflict: true, dry_run: true })),
];

function bodyOf({ id }: Endpoint, input: z.ZodObject): object {
  const example = BODY_EXAMPLES[id as keyof typeof BODY_EXAMPLES];
  const json = {
    schema: { $ref: `#/components/schemas/${id}.input` },
    ...(example ? { example } : {}),
  };
  const required = !input.safeParse({}).success;
  if (id !== "task.import") return { required, content: { "application/json": json } };
  const documents = Object.keys(IMPORT_TYPES).map((type) => [type, { schema: { type: "string" } }]);
  return {
    required,
    description:
      "All rows or none. As application/x-ndjson the rows are read as they come, up to 256 MB; other bodies have at most 64 MiB. With format in the query, application/json is a document in that format.",
    content: {
      "application/json": {
        ...json,
        schema: { anyOf: [json.schema, { type: "array", items: { type: "object" } }, { type: "object" }] },
      },
      ...Object.fromEntries(documents),
    },
  };
}

/** The answer, a page of it; with `format` a document, of everything. */
function exportContent(answer: Schema): Record<string, object> {
  const types = [...new Set(Object.values(EXPORT_TYPES).map((type) => type.split(";", 1)[0]!))];
  const documents = types
    .filter((type) => type !== "application/json")
    .map((type) => [type, { schema: { type: "string" } }]);
  return {
    "application/json": {
      schema: { anyOf: [answer, { type: "object", required: ["format", "version", "prefix", "tasks"] }] },
    },
    ...Object.fromEntries(documents),
  };
}
