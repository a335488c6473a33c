import { Validator } from "@seriousme/openapi-schema-validator";
import { OPERATION_ANSWERS } from "@taskwerk/contract/answers/operations";
import type { OperationName } from "@taskwerk/contract/routes";
import { beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { listed } from "../operations/index.ts";
import { ENDPOINTS, takesQuery } from "./endpoints.ts";
import { FIELD_WORDS } from "./field-words.ts";
import { makeApp } from "./make-app.ts";
import { inputOf, openApiDocument } from "./openapi.ts";
import { BODY_EXAMPLES } from "./openapi-examples.ts";

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name?: string; readonly in?: string; readonly description?: string }[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, object>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const schemaOf = async (name: OperationName) => (await listed(name).load()).input();
const at = { document: undefined as unknown as Document };
beforeAll(async () => {
  at.document = (await openApiDocument(schemaOf)) as Document;
}, 180_000);
const operations = () => Object.values(at.document.paths).flatMap((path) => Object.values(path));

describe("the OpenAPI document", () => {
  it("is valid OpenAPI 3.1, as somebody else's validator reads it", async () => {
    const validator = new Validator();
    expect(await validator.validate(JSON.parse(JSON.stringify(at.document)))).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
    const broken = { ...at.document, paths: { "/v1/x": { get: { responses: { 200: {} } } } } };
    expect((await validator.validate(JSON.parse(JSON.stringify(broken)))).valid).toBe(false);
  });

  it("has every address that is mounted, each under a name of its own", () => {
    const ids = operations().map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(ENDPOINTS.map(({ id }) => id)));
    for (const { method, path, id } of ENDPOINTS) {
      expect(at.document.paths[path]?.[method.toLowerCase()]?.operationId).toBe(id);
    }
  });

  it("has every address that is served, and no other", () => {
    const never = async (): Promise<never> => {
      throw new Error("nothing is called here");
    };
    const parts = { limits: { heartbeatMs: 1, streamMs: 1 }, rotate: never };
    const watch = () => ({ next: never, close: () => undefined });
    const { app } = makeApp(
      {
        schemaOf,
        run: never,
        exportTasks: never,
        eventsAfter: never,
        newestEvent: never,
        watch,
        onDefect: () => undefined,
      },
      parts,
    );
    // A middleware of a route stands in the list as often as the route has any.
    const served = new Set(app.routes.map(({ method, path }) => `${method} ${path.replace(/\/:(\w+)/g, "/{$1}")}`));
    const written = Object.entries(at.document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    // It is answered at the door, before there are routes.
    expect(written.toSorted()).toEqual([...served, "GET /healthz"].toSorted());
    expect(written).toContain("POST /v1/token:rotate");
  });

  it("says that events come as a stream too, and how one goes on where it was", () => {
    const events = [...operations()].find(({ operationId }) => operationId === "event.list")!;
    expect(Object.keys((events.responses as Record<string, { content: object }>)["200"]!.content)).toEqual([
      "application/json",
      "text/event-stream",
    ]);
    expect(events.parameters).toContainEqual(expect.objectContaining({ name: "last-event-id", in: "header" }));
    expect(Object.keys(events.responses)).toContain("429");
  });

  it("refers to nothing that it does not have", () => {
    const refs = JSON.stringify(at.document).matchAll(/"\$ref":"([^"]+)"/g);
    const missing = [...refs].flatMap(([, ref]) => {
      const found = ref!
        .slice(2)
        .split("/")
        .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], at.document);
      return ref!.startsWith("#/components/") && found !== undefined ? [] : [ref];
    });
    expect(missing).toEqual([]);
  });

  it("says in words what each parameter and each field is", async () => {
    const unsaid = new Set<string>();
    const known = new Set<string>();
    for (const endpoint of ENDPOINTS) {
      const { shape } = (await schemaOf(endpoint.operation)) as z.ZodObject;
      for (const name of Object.keys(shape)) {
        known.add(name);
        if (FIELD_WORDS[name] === undefined) unsaid.add(name);
      }
    }
    expect([...unsaid]).toEqual([]);
    expect(Object.keys(FIELD_WORDS).filter((name) => !known.has(name))).toEqual([]);
    for (const { operationId, parameters = [] } of operations()) {
      const mute = parameters.filter((one) => one.name && !one.description).map(({ name }) => name);
      expect([operationId, mute]).toEqual([operationId, []]);
    }
  });

  it("gives every body an example that the server would take", async () => {
    for (const endpoint of ENDPOINTS.filter((one) => !takesQuery(one))) {
      const example = BODY_EXAMPLES[endpoint.id as keyof typeof BODY_EXAMPLES];
      expect([endpoint.id, example]).not.toEqual([endpoint.id, undefined]);
      const parsed = inputOf(endpoint, await schemaOf(endpoint.operation)).safeParse(example);
      expect([endpoint.id, parsed.error?.issues]).toEqual([endpoint.id, undefined]);
    }
  });

  it("says how each operation answers, and how it fails", () => {
    for (const name of Object.keys(OPERATION_ANSWERS)) expect(at.document.components.schemas[name]).toBeDefined();
    for (const { operationId, responses } of operations()) {
      if (operationId === "healthz") continue;
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(["400", "401", "403", "500"]));
    }
  });
});
