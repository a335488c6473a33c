import type { Failure, Success } from "@taskwerk/contract/envelope";
import { errorBodyOf, httpStatusOf, isWerkError, WerkError } from "@taskwerk/contract/errors";
import type { TaskEvent } from "@taskwerk/contract/event";
import { HEADERS, type OperationName, ROUTES, type Route } from "@taskwerk/contract/routes";
import type { ListEvents } from "@taskwerk/contract/task";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ZodType } from "zod";
import { describeApi } from "./describe-api.ts";
import { type EventStreams, eventStreams } from "./event-stream.ts";
import { readInput } from "./read-input.ts";
import { type StoreWatch, storeChanges } from "./store-changes.ts";

/** Who calls, as its headers say. */
export interface ApiCaller {
  readonly actor: string;
  readonly session: string | null;
  readonly idempotencyKey: string | null;
}

/** What the routes stand on. */
export interface ApiOperations {
  readonly run: (name: OperationName, input: unknown, caller: ApiCaller) => Promise<Success<unknown>>;
  readonly schemaOf: (name: OperationName) => Promise<ZodType>;
  /** Begins to watch the store, whichever process writes to it. */
  readonly watch: () => StoreWatch;
  /** Told of errors that are defects of ours, before the caller gets INTERNAL. */
  readonly onDefect: (error: unknown) => void;
}

const MEGABYTE = 1_048_576;
const bodyMost = (name: OperationName): number => (name === "task.import" ? 64 * MEGABYTE : MEGABYTE);

/**
 * All routes, mounted from contract's table, and at /v1 a list of them. Whoever calls has passed the guard. `endStreams` lets
 * streams of events end.
 */
export function makeApp(operations: ApiOperations): { readonly app: Hono; readonly endStreams: () => void } {
  const app = new Hono();
  const streams = streamsOf(operations);
  for (const [name, route] of Object.entries(ROUTES) as [OperationName, Route][]) {
    const tooLarge = (): never => {
      throw new WerkError("PAYLOAD_TOO_LARGE", `a body here is at most ${bodyMost(name) / MEGABYTE} MiB`);
    };
    app.on(
      route.method,
      route.path.replace(/\{(\w+)\}/g, ":$1"),
      bodyLimit({ maxSize: bodyMost(name), onError: tooLarge }),
      async (c) => {
        const input = readInput(route, await operations.schemaOf(name), {
          params: paramsOf(c, route),
          query: new URL(c.req.url).searchParams,
          body: route.method === "GET" ? null : await c.req.text(),
        });
        if (name === "event.list" && wantsStream(c)) return stream(c, streams, input as ListEvents);
        return answer(await operations.run(name, input, callerOf(c)), route.status ?? 200);
      },
    );
  }
  app.get("/v1", async () => answer(await describeApi(operations.schemaOf), 200));
  app.notFound((c) =>
    failure(
      new WerkError("ROUTE_NOT_FOUND", `there is no ${c.req.method} ${c.req.path}`, { hint: "All routes:  GET /v1" }),
    ),
  );
  app.onError((error) => {
    if (!isWerkError(error)) operations.onDefect(error);
    return failure(error);
  });
  return { app, endStreams: streams.close };
}

function streamsOf({ run, watch, onDefect }: ApiOperations): EventStreams {
  const look = (input: ListEvents): Promise<Success<readonly TaskEvent[]>> =>
    run("event.list", input, { actor: "api", session: null, idempotencyKey: null }) as never;
  const newest = async (): Promise<number> => (await look({ limit: 1 })).meta.cursor ?? 0;
  return eventStreams({
    look: ({ type, ...rest }) => look({ ...rest, ...(type ? { type: [...type] } : {}) }),
    changes: storeChanges(watch, newest),
    onDefect,
  });
}

const wantsStream = (c: Context): boolean =>
  c.req.method === "GET" && /\btext\/event-stream\b/i.test(c.req.header("accept") ?? "");

/** What happens from a cursor on, as server-sent events. A client that comes again says where it was itself. */
async function stream(c: Context, streams: EventStreams, { since, type, limit }: ListEvents): Promise<Response> {
  if (limit !== undefined) {
    throw new WerkError("VALIDATION_FAILED", "limit is of a page; a stream has none.", { field: "limit" });
  }
  const last = header(c, "last-event-id");
  if (last !== null && !/^\d{1,15}$/.test(last)) {
    throw new WerkError("VALIDATION_FAILED", "last-event-id is the id of an event that came before.", {
      field: "last-event-id",
      given: last.slice(0, 100),
    });
  }
  const start = { since: last === null ? (since ?? null) : Number(last), ...(type ? { type } : {}) };
  const { outgoing } = c.env as { readonly outgoing: { readonly destroy: () => void } };
  const body = await streams.open(start, () => outgoing.destroy());
  return new Response(body, {
    headers: { ...COMMON_HEADERS, "content-type": "text/event-stream; charset=utf-8", "transfer-encoding": "chunked" },
  });
}

function paramsOf(c: Context, route: Route): Record<string, string> {
  const names = Array.from(route.path.matchAll(/\{(\w+)\}/g), ([, name]) => name!);
  return Object.fromEntries(names.map((name) => [name, c.req.param(name) ?? ""]));
}

function callerOf(c: Context): ApiCaller {
  return {
    actor: header(c, HEADERS.actor) ?? "api",
    session: header(c, HEADERS.session),
    idempotencyKey: header(c, HEADERS.idempotency),
  };
}

const HEADER_MOST = 500;

/** A header's value. It ends up in the log of changes, so it is short and printable. */
function header(c: Context, name: string): string | null {
  const value = c.req.header(name)?.trim();
  if (value === undefined || value === "") return null;
  if (value.length <= HEADER_MOST && /^[\x20-\x7e]+$/.test(value)) return value;
  throw new WerkError("VALIDATION_FAILED", `the header ${name} takes at most ${HEADER_MOST} printable characters`, {
    field: name,
  });
}

const COMMON_HEADERS = {
  "content-type": "application/json; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'",
} as const;

const answer = (body: Success<unknown> | Failure, status: number, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { ...COMMON_HEADERS, ...headers } });

/** An error as it travels: the envelope, with its code's status. A defect's message stays here. */
export function failure(error: unknown): Response {
  const known = isWerkError(error) ? error : new WerkError("INTERNAL", "something went wrong in the server");
  const body = errorBodyOf(known);
  const headers: Record<string, string> = body.code === "UNAUTHORIZED" ? { "www-authenticate": "Bearer" } : {};
  return answer({ ok: false, v: 1, kind: "error", error: body, meta: {} }, httpStatusOf(body.code), headers);
}
