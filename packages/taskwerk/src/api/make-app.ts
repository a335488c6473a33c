import type { IncomingMessage } from "node:http";
import type { Failure, Success } from "@taskwerk/contract/envelope";
import { errorBodyOf, httpStatusOf, isWerkError, WerkError } from "@taskwerk/contract/errors";
import { HEADERS, type OperationName, ROUTES, type Route } from "@taskwerk/contract/routes";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ZodType } from "zod";
import { describeApi } from "./describe-api.ts";
import { readInput } from "./read-input.ts";

/** Who calls, as its headers say. */
export interface ApiCaller {
  readonly actor: string;
  readonly session: string | null;
  readonly idempotencyKey: string | null;
}

/** What the guard found out about a request. */
export interface ApiEnv {
  readonly Bindings: { readonly incoming?: IncomingMessage; readonly speaksAs?: string | null };
}

/** What the routes stand on. */
export interface ApiOperations {
  readonly run: (name: OperationName, input: unknown, caller: ApiCaller) => Promise<Success<unknown>>;
  readonly schemaOf: (name: OperationName) => Promise<ZodType>;
  /** Told of errors that are defects of ours, before the caller gets INTERNAL. */
  readonly onDefect: (error: unknown) => void;
}

const MEGABYTE = 1_048_576;
const bodyMost = (name: OperationName): number => (name === "task.import" ? 64 * MEGABYTE : MEGABYTE);

/** All routes, mounted from contract's table, and at /v1 a list of them. Whoever calls has passed the guard. */
export function makeApp(operations: ApiOperations): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
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
  app.onError((error, c) => {
    if (isWerkError(error)) return failure(error);
    // A caller who went before his body was there is no defect of ours.
    if (c.env.incoming?.complete === false) return failure(new WerkError("USAGE", "the body broke off"));
    operations.onDefect(error);
    return failure(error);
  });
  return app;
}

function paramsOf(c: Context<ApiEnv>, route: Route): Record<string, string> {
  const names = Array.from(route.path.matchAll(/\{(\w+)\}/g), ([, name]) => name!);
  return Object.fromEntries(names.map((name) => [name, c.req.param(name) ?? ""]));
}

function callerOf(c: Context<ApiEnv>): ApiCaller {
  return {
    actor: c.env.speaksAs ?? header(c, HEADERS.actor) ?? "api",
    session: header(c, HEADERS.session),
    idempotencyKey: header(c, HEADERS.idempotency),
  };
}

const HEADER_MOST = 500;

/** A header's value. It ends up in the log of changes, so it is short and printable. */
function header(c: Context<ApiEnv>, name: string): string | null {
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

/** An answer of the server itself. */
export const success = (kind: string, data: unknown): Response =>
  answer({ ok: true, v: 1, kind, data, warnings: [], meta: {} }, 200);

/** An error as it travels: the envelope, with its code's status. A defect's message stays here. */
export function failure(error: unknown): Response {
  const known = isWerkError(error) ? error : new WerkError("INTERNAL", "something went wrong in the server");
  const body = errorBodyOf(known);
  const headers: Record<string, string> = body.code === "UNAUTHORIZED" ? { "www-authenticate": "Bearer" } : {};
  return answer({ ok: false, v: 1, kind: "error", error: body, meta: {} }, httpStatusOf(body.code), headers);
}
