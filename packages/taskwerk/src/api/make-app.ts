import type { Success } from "@taskwerk/contract/envelope";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import type { ListEvents } from "@taskwerk/contract/list-events";
import type { OperationName } from "@taskwerk/contract/routes";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import type { ZodType } from "zod";
import type { ApiLimits } from "../core/api-limits.ts";
import { failure, success } from "./answer.ts";
import { bodyText } from "./body-text.ts";
import { describeApi } from "./describe-api.ts";
import { ENDPOINTS, type Endpoint, pathNames, takesQuery } from "./endpoints.ts";
import type { EventStreams } from "./event-stream.ts";
import { limitBody } from "./limit-body.ts";
import { mountDocuments } from "./mount-documents.ts";
import { mountRotate } from "./mount-rotate.ts";
import { type ApiCaller, type ApiEnv, callerOf, hangUpOn, revOf } from "./read-caller.ts";
import { isDocument, readImport } from "./read-import.ts";
import { fromQuery, readInput } from "./read-input.ts";
import { type EventSource, streamEvents, streamsOf, wantsStream } from "./stream-events.ts";
import { type ExportTasksTo, streamExport } from "./stream-export.ts";
import { viewOf } from "./views.ts";

export type { ApiCaller } from "./read-caller.ts";

/** What the routes stand on. */
export interface ApiOperations extends EventSource {
  readonly run: (name: OperationName, input: unknown, caller: ApiCaller) => Promise<Success<unknown>>;
  readonly schemaOf: (name: OperationName) => Promise<ZodType>;
  /** All tasks that the input chooses, a few at a time, from one snapshot that no other call waits for. */
  readonly exportTasks: ExportTasksTo;
}

/** What the routes need of the server that they are of. */
export interface ServerParts {
  readonly limits: Pick<ApiLimits, "heartbeatMs" | "streamMs">;
  /** Gives it a new owner's token. */
  readonly rotate: () => Promise<unknown>;
}

/** The longest body of an operation, MiB. What `tasks:import` reads piece by piece has a limit of its own. */
const bodyMost = (name: OperationName): number => (name === "task.import" || name === "batch" ? 64 : ANY_TEXT);
/** Room for the longest text that a field takes, however it is written. */
const ANY_TEXT = 8;

/**
 * All routes, mounted from contract's tables, and at /v1 a list of them. Whoever calls has passed the guard. `endStreams`
 * lets streams of events end.
 */
export function makeApp(
  operations: ApiOperations,
  { limits, rotate }: ServerParts,
): { readonly app: Hono<ApiEnv>; readonly endStreams: () => void } {
  const app = new Hono<ApiEnv>();
  const streams = streamsOf(operations, limits);
  for (const endpoint of ENDPOINTS) {
    const handlers: MiddlewareHandler[] = [
      ...(endpoint.writes && !heedsRev(endpoint) ? [refuseRev] : []),
      ...special(operations, streams, limits, endpoint),
      limited(endpoint),
    ];
    const path = endpoint.path.replace(/\{(\w+)\}/g, ":$1");
    app.on(endpoint.method, [path], ...handlers, (c) => callEndpoint(operations, endpoint, c));
  }
  app.get("/v1", async () => success(await describeApi(operations.schemaOf), 200));
  mountDocuments(app, operations.schemaOf);
  mountRotate(app, rotate);
  app.notFound((c) =>
    refusal(
      c,
      new WerkError("ROUTE_NOT_FOUND", `there is no ${c.req.method} ${c.req.path}`, { hint: "All routes:  GET /v1" }),
    ),
  );
  app.onError((error, c) => {
    if (isWerkError(error)) return refusal(c, error);
    // A caller who went before his body was there is no defect of ours.
    if (c.env.incoming?.complete === false) return refusal(c, new WerkError("USAGE", "the body broke off"));
    operations.onDefect(error);
    return failure(error);
  });
  return { app, endStreams: streams.close };
}

/** An error; who is still sending his body is told that no more of it is wanted. */
function refusal(c: Context<ApiEnv>, error: WerkError): Response {
  const answer = failure(error);
  if (c.env.incoming?.complete === false) answer.headers.set("connection", "close");
  return answer;
}

async function callEndpoint(operations: ApiOperations, endpoint: Endpoint, c: Context): Promise<Response> {
  const query = queryOf(c);
  const fields = endpoint.writes ? undefined : await fieldsOf(endpoint, query);
  const input = readInput(endpoint, await operations.schemaOf(endpoint.operation), {
    params: paramsOf(c, endpoint),
    query,
    body: takesQuery(endpoint) ? null : await bodyText(c),
    rev: heedsRev(endpoint) ? revOf(c) : null,
  });
  const done = await operations.run(endpoint.operation, input, callerOf(c));
  const shown = endpoint.shows ? viewOf(endpoint.shows, done) : done;
  if (!fields) return success(shown, endpoint.status ?? 200);
  const { onlyFields } = await import("@taskwerk/terminal/fields");
  return success(onlyFields(shown, fields), endpoint.status ?? 200);
}

/** Where a write can be held to the rev that its caller saw. */
const heedsRev = ({ operation }: Endpoint): boolean => operation === "task.update";

/** Who sets a condition must not be answered as if it had held. */
const refuseRev: MiddlewareHandler = (c, next) => {
  if (revOf(c) === null) return next();
  throw new WerkError("USAGE", `${c.req.method} ${c.req.path} cannot be held to an ETag`, {
    hint: "If-Match is heeded by  PATCH /v1/tasks/{id}  and  POST /v1/tasks:bulk",
    field: "if-match",
  });
};

const queryOf = (c: Context): URLSearchParams => {
  const at = c.req.url.indexOf("?");
  return new URLSearchParams(at < 0 ? "" : c.req.url.slice(at + 1));
};

/** Takes `fields=a,b` out of the query; throws USAGE for one that the answer does not have. */
async function fieldsOf(
  { operation, shows }: Endpoint,
  query: URLSearchParams,
): Promise<readonly string[] | undefined> {
  if (!query.has("fields")) return undefined;
  const fields = query.getAll("fields").flatMap((value) => value.split(",").filter((one) => one !== ""));
  query.delete("fields");
  const [{ answerFields }, { checkFields }] = await Promise.all([
    import("./answer-fields.ts"),
    import("@taskwerk/terminal/fields"),
  ]);
  checkFields(fields, answerFields(shows ?? operation));
  return fields;
}

/** Refuses a body that is longer than the operation takes, without reading it; and any where there is no place for one. */
function limited({ operation, method }: Endpoint): MiddlewareHandler {
  if (method === "GET") return (_, next) => next();
  if (method === "DELETE") {
    return async (c, next) => {
      const length = c.req.header("transfer-encoding") ?? c.req.header("content-length") ?? "0";
      if (length !== "0") throw new WerkError("USAGE", "DELETE takes its input in the query, not in a body");
      return next();
    };
  }
  return limitBody(bodyMost(operation));
}

/** What comes before the usual way: documents of tasks, in and out, which are streams. */
function special(
  operations: ApiOperations,
  streams: EventStreams,
  limits: ServerParts["limits"],
  endpoint: Endpoint,
): readonly MiddlewareHandler[] {
  const { id, operation } = endpoint;
  if (id === "task.export") {
    return [
      async (c, next) => {
        const query = queryOf(c);
        if (!query.has("format")) return next();
        const input = fromQuery(await operations.schemaOf(operation), query);
        return streamExport(operations, input, callerOf(c), {
          headOnly: c.req.raw.method === "HEAD",
          stallMs: limits.streamMs,
          hangUp: hangUpOn(c),
        });
      },
    ];
  }
  if (id === "event.list") {
    return [
      async (c, next) => {
        if (!wantsStream(c)) return next();
        const input = readInput(endpoint, await operations.schemaOf(operation), {
          params: {},
          query: queryOf(c),
          body: null,
          rev: null,
        });
        return streamEvents(c, streams, input as ListEvents);
      },
    ];
  }
  if (id !== "task.import") return [];
  return [
    async (c, next) => {
      const query = queryOf(c);
      if (!isDocument(c.req.header("content-type"), query)) return next();
      const caller = callerOf(c);
      const { input, warnings } = await readImport(c.req.raw, query, await operations.schemaOf(operation));
      // Nobody waits for an answer any more: then nothing is done.
      c.req.raw.signal.throwIfAborted();
      const done = await operations.run(operation, input, caller);
      return success({ ...done, warnings: [...warnings, ...done.warnings] }, 201);
    },
  ];
}

function paramsOf(c: Context, endpoint: Endpoint): Record<string, string> {
  return Object.fromEntries(pathNames(endpoint).map((name) => [name, c.req.param(name) ?? ""]));
}
