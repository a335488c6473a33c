import { ERRORS_OF_ANY, ERRORS_OF_ROTATE } from "@taskwerk/contract/operation-errors";
import { ROTATE } from "@taskwerk/contract/scopes";
import { errorResponses } from "./openapi-errors.ts";

/** A call of the server itself. */
const call = (operationId: string, summary: string, answer: object, more: object = {}, errors = ERRORS_OF_ANY) => ({
  operationId,
  tags: ["api"],
  summary,
  ...more,
  responses: {
    200: { description: summary, content: { "application/json": { schema: answer } } },
    ...errorResponses(errors),
  },
});
const about = (...what: Parameters<typeof call>) => ({ get: call(...what) });
const ref = (kind: string) => ({ $ref: `#/components/schemas/${kind}` });

const NOTHING = { type: "object", maxProperties: 0 };

/** What the API says about itself, and what is done with the server and not with its store. */
export const DOCUMENT_ROUTES: Readonly<Record<string, object>> = {
  "/healthz": {
    get: {
      operationId: "healthz",
      tags: ["api"],
      summary: "Somebody is there; needs no token",
      security: [],
      responses: { 200: { description: "ok", content: { "text/plain": { schema: { type: "string" } } } } },
    },
  },
  "/v1": about("api.routes", "Every route and its fields, in short", ref("api.routes")),
  "/v1/health": about("api.health", "Somebody is there, and the token is right", ref("api.health")),
  "/v1/schema": about("schema.list", "The kinds of answers there are", ref("schema.list")),
  "/v1/schema/{kind}": about("schema", "The JSON Schema of one kind of answer", ref("schema"), {
    parameters: [
      { name: "kind", in: "path", required: true, description: "e.g. task.list", schema: { type: "string" } },
    ],
  }),
  [ROTATE.path]: {
    [ROTATE.method.toLowerCase()]: call(
      "api.rotate",
      "A new owner's token, which is in api.json and not in the answer; the one before is none any more",
      ref("api.rotate"),
      { requestBody: { required: false, content: { "application/json": { schema: NOTHING, example: {} } } } },
      ERRORS_OF_ROTATE,
    ),
  },
  "/v1/openapi.json": about("openapi", "This document", { type: "object", required: ["openapi", "info", "paths"] }),
};
