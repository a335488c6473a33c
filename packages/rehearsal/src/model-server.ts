/**
 * A stand-in for the Anthropic Messages API: on loopback, answering as a script says. Speaks `POST /v1/messages` (plain and
 * streamed), `POST /v1/messages/count_tokens` and `GET /v1/models`; it never calls out.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { answerOf, fillTurn, newId, streamAnswer } from "./model/answer.ts";
import { cursorsOf } from "./model/cursors.ts";
import { newLedger, type Spent } from "./model/ledger.ts";
import { refusalOf } from "./model/refusal.ts";
import { type ModelRequest, type RequestBody, readRequest } from "./model/request.ts";
import type { Expectation, ModelScript, Turn } from "./model/script.ts";
import { inputTokensOf, promptCache } from "./model/usage.ts";

/** One request that came to `/v1/messages`, and what became of it. */
export interface ServedRequest {
  readonly at: number;
  readonly body: RequestBody;
  /** Header names in lower case; keys are replaced by "(present)". */
  readonly headers: Readonly<Record<string, string>>;
  lane: string | null;
  key: string;
  /** The HTTP status that was answered; null while nothing was. */
  status: number | null;
  /** Why it was refused as a mistake of the client. */
  refused: string | null;
  /** The client went away, or the script broke the connection. */
  aborted: boolean;
}

/** What the server saw and counted by itself; also at `GET /__state`. */
export interface ModelState {
  readonly requests: number;
  readonly cursors: Readonly<Record<string, number>>;
  readonly refused: readonly { readonly request: number; readonly why: string }[];
  /** Expectations of the script that did not hold. */
  readonly failures: readonly { readonly request: number; readonly lane: string; readonly why: string }[];
  readonly aborted: readonly number[];
  readonly unknownPaths: readonly string[];
  readonly inFlight: number;
  readonly peakInFlight: number;
  readonly spent: Spent;
  readonly byModel: Readonly<Record<string, Spent>>;
}

export interface ModelServer {
  /** What to give a client as its base URL. */
  readonly url: string;
  readonly requests: readonly ServedRequest[];
  state(): ModelState;
  /** Ends it, and every connection that is open. */
  close(): Promise<void>;
}

const ERROR_TYPES: Readonly<Record<number, string>> = {
  400: "invalid_request_error",
  401: "authentication_error",
  402: "billing_error",
  403: "permission_error",
  404: "not_found_error",
  413: "request_too_large",
  429: "rate_limit_error",
  504: "timeout_error",
  529: "overloaded_error",
};
const MODELS = ["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"];
const LARGEST_BODY = 32 * 1024 * 1024;

/** Starts a server on a free port of 127.0.0.1, or the given one. Throws SyntaxError when a pattern of the script is wrong. */
export async function startModelServer(
  script: ModelScript,
  options: { readonly port?: number } = {},
): Promise<ModelServer> {
  const cursors = cursorsOf(script);
  const ledger = newLedger(script.prices);
  const cache = promptCache();
  const requests: ServedRequest[] = [];
  const failures: { request: number; lane: string; why: string }[] = [];
  const unknownPaths = new Set<string>();
  let inFlight = 0;
  let peakInFlight = 0;

  const state = (): ModelState => ({
    requests: requests.length,
    cursors: cursors.counts(),
    refused: requests.flatMap(({ refused }, request) => (refused === null ? [] : [{ request, why: refused }])),
    failures: [...failures],
    aborted: requests.flatMap(({ aborted }, request) => (aborted ? [request] : [])),
    unknownPaths: [...unknownPaths],
    inFlight,
    peakInFlight,
    spent: ledger.total(),
    byModel: ledger.byModel(),
  });

  async function messages(incoming: IncomingMessage, response: ServerResponse, body: RequestBody): Promise<void> {
    const index = requests.length;
    const served: ServedRequest = {
      at: Date.now(),
      body,
      headers: headersOf(incoming),
      lane: null,
      key: "",
      status: null,
      refused: null,
      aborted: false,
    };
    requests.push(served);
    inFlight += 1;
    peakInFlight = Math.max(peakInFlight, inFlight);
    response.once("close", () => {
      inFlight -= 1;
      served.aborted = !response.writableFinished;
      served.status = response.headersSent ? response.statusCode : null;
    });
    const refused = refusedBy(body, script);
    if (refused !== null) {
      served.refused = refused.why;
      return fail(response, refused.status, refused.why);
    }
    const request = readRequest(body);
    const { turn: scripted, context } = cursors.pick(request);
    served.lane = context.lane;
    served.key = context.key;
    const computed = typeof scripted === "function" ? await scripted(request, context) : scripted;
    const turn = fillTurn(computed, context, request);
    for (const why of unmet(turn.expect, request)) failures.push({ request: index, lane: context.lane, why });
    if (turn.delayMs !== undefined) await sleep(turn.delayMs);
    if (turn.hang === true || response.destroyed) return;
    if (turn.error !== undefined) return fail(response, turn.error, turn.message, turn.retryAfterSeconds);
    if (turn.page !== undefined) return void response.writeHead(200, { "content-type": "text/html" }).end(turn.page);
    const answer = answerOf(turn, request, cache.read(body));
    if (body.stream === true) {
      const sent = await streamAnswer(response, answer, turn);
      ledger.book(body.model, sent.usage);
      return;
    }
    if (turn.cut === true || turn.streamError !== undefined || turn.hang === "mid") return breakPlain(response, turn);
    ledger.book(body.model, answer.usage);
    json(response, 200, answer);
  }

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(incoming.url ?? "/", "http://localhost");
    if (pathname === "/__state") return json(response, 200, state());
    if (incoming.method === "HEAD" || pathname === "/") return void response.writeHead(200).end();
    if (!letIn(incoming, script.keys)) return fail(response, 401, "invalid x-api-key");
    if (incoming.headers["anthropic-version"] === undefined)
      return fail(response, 400, "anthropic-version: header is required");
    const models = /^\/v1\/models(?:\/(.+))?$/.exec(pathname);
    if (models !== null && incoming.method === "GET")
      return listModels(response, models[1] ?? null, script.models ?? MODELS);
    const counting = pathname === "/v1/messages/count_tokens";
    if (!(counting || pathname === "/v1/messages") || incoming.method !== "POST") {
      unknownPaths.add(`${incoming.method} ${pathname}`);
      return fail(response, 404, `there is no ${incoming.method} ${pathname} here`);
    }
    const raw = await text(incoming);
    if (raw.length > LARGEST_BODY) return fail(response, 413, "Request exceeds the maximum size");
    const body = parsed(raw);
    if (body === undefined) return fail(response, 400, "The request body is not valid JSON");
    if (!counting) return messages(incoming, response, body as RequestBody);
    const refused = refusalOf({ max_tokens: 1, ...(body as object) });
    if (refused !== null) return fail(response, 400, refused);
    json(response, 200, { input_tokens: inputTokensOf(body as RequestBody) });
  }

  const server = createServer((incoming, response) => {
    response.on("error", () => undefined);
    answer(incoming, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else fail(response, 500, `the script failed: ${error instanceof Error ? error.message : String(error)}`);
    });
  });
  await new Promise<void>((done, failed) => {
    server.once("error", failed);
    server.listen(options.port ?? 0, "127.0.0.1", done);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    state,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { "content-type": "application/json", "request-id": newId("req_"), ...headers });
  response.end(JSON.stringify(body));
}

function fail(response: ServerResponse, status: number, message?: string, retryAfterSeconds?: number): void {
  const type = ERROR_TYPES[status] ?? "api_error";
  const headers: Record<string, string> = {};
  if (retryAfterSeconds !== undefined) headers["retry-after"] = String(retryAfterSeconds);
  if (status >= 500 || status === 429) headers["x-should-retry"] = "true";
  json(
    response,
    status,
    { type: "error", error: { type, message: message ?? type }, request_id: newId("req_") },
    headers,
  );
}

/** Without a stream there is no piece to send first: the connection breaks, or the answer never comes. */
function breakPlain(response: ServerResponse, turn: Turn) {
  if (turn.hang === "mid") return;
  if (turn.streamError !== undefined) return fail(response, 500, turn.message ?? turn.streamError);
  response.destroy();
}

function parsed(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

function headersOf(incoming: IncomingMessage): Readonly<Record<string, string>> {
  const secret = new Set(["x-api-key", "authorization"]);
  return Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, secret.has(name) ? "(present)" : String(value)]),
  );
}

function letIn(incoming: IncomingMessage, keys: readonly string[] | undefined): boolean {
  const bearer = /^Bearer (.+)$/.exec(incoming.headers.authorization ?? "")?.[1];
  const key = incoming.headers["x-api-key"] ?? bearer;
  return typeof key === "string" && key !== "" && (keys === undefined || keys.includes(key));
}

function refusedBy(body: RequestBody, script: ModelScript): { readonly status: number; readonly why: string } | null {
  const why = refusalOf(body);
  if (why !== null) return { status: 400, why };
  if (script.models !== undefined && !script.models.includes(body.model))
    return { status: 404, why: `model: ${body.model}` };
  // Conversations that the server holds are a beta; clients fall back to sending all of it.
  if (body.thread !== undefined) return { status: 400, why: "thread is not supported with this request" };
  return null;
}

function unmet(expect: Expectation | undefined, request: ModelRequest): readonly string[] {
  if (expect === undefined) return [];
  const last = request.results.at(-1);
  const lacks = (pattern: string | undefined, text: string) =>
    pattern !== undefined && !new RegExp(pattern, "m").test(text);
  return [
    ...(lacks(expect.text, request.text) ? [`nothing in the request matches ${expect.text}`] : []),
    ...(lacks(expect.lastToolResult, last?.text ?? "")
      ? [`the last tool result does not match ${expect.lastToolResult}: ${(last?.text ?? "(none)").slice(0, 200)}`]
      : []),
    ...(expect.noToolError === true && last?.error === true ? [`a tool failed: ${last.text.slice(0, 200)}`] : []),
  ];
}

function listModels(response: ServerResponse, id: string | null, models: readonly string[]) {
  const one = (model: string) => ({
    type: "model",
    id: model,
    display_name: model,
    created_at: "2026-01-01T00:00:00Z",
  });
  if (id === null) {
    const ids = { first_id: models[0] ?? null, last_id: models.at(-1) ?? null };
    return json(response, 200, { data: models.map(one), has_more: false, ...ids });
  }
  if (!models.includes(id)) return fail(response, 404, `model: ${id}`);
  json(response, 200, one(id));
}
