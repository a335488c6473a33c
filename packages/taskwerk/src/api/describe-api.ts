import type { Success } from "@taskwerk/contract/envelope";
import { API_VERSION, HEADERS, type OperationName } from "@taskwerk/contract/routes";
import type { ZodType } from "zod";
import { fieldsOf } from "../operations/issue-words.ts";
import { ENDPOINTS, pathNames, taken } from "./endpoints.ts";

/** What the server answers at the root of its version: every route, and the fields of its input. */
export interface ApiDescription {
  readonly api: number;
  /** Headers that any call may have. */
  readonly headers: readonly string[];
  readonly routes: readonly {
    readonly operation: string;
    /** The `operationId` in /v1/openapi.json. */
    readonly id: string;
    readonly summary: string;
    readonly method: string;
    readonly path: string;
    /** In the path, the query (GET, DELETE) or the JSON body (others). */
    readonly fields: readonly string[];
  }[];
}

/** Every route of the tables. */
export async function describeApi(
  schemaOf: (name: OperationName) => Promise<ZodType>,
): Promise<Success<ApiDescription>> {
  const routes = [];
  for (const endpoint of ENDPOINTS) {
    const { operation, id, summary, method, path } = endpoint;
    const said = taken(endpoint);
    const fields = fieldsOf(await schemaOf(operation)).filter((name) => !said.has(name));
    routes.push({ operation, id, summary, method, path, fields: [...pathNames(endpoint), ...fields] });
  }
  const data = { api: API_VERSION, headers: Object.values(HEADERS), routes };
  return { ok: true, v: 1, kind: "api.routes", data, warnings: [], meta: {} };
}
