import { ERRORS_OF_ANY } from "@taskwerk/contract/operation-errors";
import { errorResponses } from "./openapi-errors.ts";

const about = (operationId: string, summary: string, answer: object, more: object = {}) => ({
  get: {
    operationId,
    tags: ["api"],
    summary,
    ...more,
    responses: {
      200: { description: summary, content: { "application/json": { schema: answer } } },
      ...errorResponses(ERRORS_OF_ANY),
    },
  },
});
const ref = (kind: string) => ({ $ref: `#/components/schemas/${kind}` });

/** What the API says about itself. */
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
  "/v1/openapi.json": about("openapi", "This document", { type: "object", required: ["openapi", "info", "paths"] }),
};
