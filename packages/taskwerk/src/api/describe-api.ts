import type { Success } from "@taskwerk/contract/envelope";
import { API_VERSION, HEADERS, type OperationName, ROUTES, type Route } from "@taskwerk/contract/routes";
import type { ZodType } from "zod";
import { fieldsOf } from "../operations/issue-words.ts";

/** What the server answers at the root of its version: every route, and the fields of its input. */
export interface ApiDescription {
  readonly api: number;
  /** Headers that any call may have. */
  readonly headers: readonly string[];
  readonly routes: readonly {
    readonly operation: string;
    readonly method: string;
    readonly path: string;
    /** In the path, the query (GET) or the JSON body (others). */
    readonly fields: readonly string[];
  }[];
}

/** Every route of the table. */
export async function describeApi(
  schemaOf: (name: OperationName) => Promise<ZodType>,
): Promise<Success<ApiDescription>> {
  const routes = [];
  for (const [operation, { method, path }] of Object.entries(ROUTES) as [OperationName, Route][]) {
    routes.push({ operation, method, path, fields: fieldsOf(await schemaOf(operation)) });
  }
  const data = { api: API_VERSION, headers: Object.values(HEADERS), routes };
  return { ok: true, v: 1, kind: "api.routes", data, warnings: [], meta: {} };
}
