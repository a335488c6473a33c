import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import { API_VERSION, type OperationName } from "@taskwerk/contract/routes";
import type { Hono } from "hono";
import type { ZodType } from "zod";
import { answer, told } from "./answer.ts";
import type { ApiEnv } from "./read-caller.ts";

/** Mounts what says how the API is, and that it is there: made when it is asked for, and then kept. */
export function mountDocuments(app: Hono<ApiEnv>, schemaOf: (name: OperationName) => Promise<ZodType>): void {
  const made: { openApi?: Promise<object> } = {};
  app.get("/v1/health", () => told("api.health", { status: "ok", api: API_VERSION }));
  app.get("/v1/schema", async () => {
    const { KINDS } = await import("./answer-schemas.ts");
    return told(
      "schema.list",
      KINDS.map((kind) => ({ kind })),
    );
  });
  app.get("/v1/schema/:kind", async (c) => {
    const { KINDS, schemaOfKind } = await import("./answer-schemas.ts");
    const kind = c.req.param("kind");
    const schema = schemaOfKind(kind);
    if (schema) return told("schema", schema);
    const near = nearest(kind, KINDS);
    throw new WerkError("VALIDATION_FAILED", `no kind "${kind.slice(0, 100)}".`, {
      hint: "All of them:  GET /v1/schema",
      field: "kind",
      ...(near ? { candidates: [near] } : {}),
    });
  });
  app.get("/v1/openapi.json", async () => {
    made.openApi ??= import("./openapi.ts").then((m) => m.openApiDocument(schemaOf));
    return answer(await made.openApi, 200);
  });
}
