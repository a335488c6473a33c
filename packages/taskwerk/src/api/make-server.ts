import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { ROUTES } from "@taskwerk/contract/routes";
import type { ApiLimits } from "../core/api-limits.ts";
import { failure } from "./answer.ts";
import { type Grant, grantOf, type KnownToken, OWNER } from "./bearer.ts";
import { type Connections, limitConnections } from "./connections.ts";
import { type DoorPolicy, type Judgement, judge } from "./guard.ts";
import { lingerOver } from "./linger.ts";
import { type ApiOperations, makeApp } from "./make-app.ts";
import { checkScope, type UidOf } from "./scope-gate.ts";
import { asksForStream } from "./stream-events.ts";

/** What the door asks the store, and whoever runs the server. */
export interface Doorkeeper {
  readonly policy: () => DoorPolicy;
  readonly limits: ApiLimits;
  readonly now: () => Date;
  /** The token of that id that was made for somebody else than the owner. */
  readonly tokenOf: (id: string) => Promise<KnownToken | null>;
  readonly uidOf: UidOf;
  /** Gives the server a new owner's token. */
  readonly rotate: () => Promise<unknown>;
  /** True from the moment on at which the server is to end. */
  readonly ending: () => boolean;
  /** Told of each request when it is over. */
  readonly onAnswer: (answered: Answered) => void;
}

/** A request and its answer, in a form that may be written down. */
export interface Answered {
  readonly method: string;
  /** The target as it came; whoever writes it down has to cut and clean it. */
  readonly url: string;
  /** 0: the caller went before he had an answer. */
  readonly status: number;
  readonly scope: string;
  readonly ms: number;
}

/**
 * An HTTP server that is not listening yet. Every request passes the guard, the scopes and the limits, in this order.
 * `endStreams` lets its streams of events end.
 */
export function makeServer(
  operations: ApiOperations,
  door: Doorkeeper,
): { readonly server: Server; readonly endStreams: () => void } {
  const { limits } = door;
  const speakers = new WeakMap<IncomingMessage, string>();
  const { app, endStreams } = makeApp(operations, door);
  const routes = getRequestListener(
    (request, env) =>
      app.fetch(request, { ...env, speaksAs: speakers.get((env as { incoming: IncomingMessage }).incoming) ?? null }),
    // This process serves, and does little else: answers that are one text need no stream to be written.
    { overrideGlobalObjects: true },
  );
  const calls = { running: 0 };
  // Connections that have their answer while the body that it is about still comes.
  const lingering = new WeakSet<Duplex>();
  const linger = (request: IncomingMessage, response: ServerResponse, over: Over): void =>
    lingerOver(request, response, limits.requestMs, () => {
      lingering.add(request.socket);
      over.now();
    });

  const admit = (
    request: IncomingMessage,
    response: ServerResponse,
    { speaksAs }: Grant,
    over: Over,
    holds: () => boolean | Promise<boolean>,
  ): void => {
    // Gone while it was found out who he is.
    if (response.destroyed) return;
    if (isStream(request)) {
      // Streams stay for hours and have a limit of their own.
      endWhenOver(request, response, holds);
    } else if (calls.running >= limits.calls) {
      void refuse(response, tooMany(limits.calls));
      return;
    } else {
      calls.running += 1;
      over.after(() => {
        calls.running -= 1;
      });
    }
    if (speaksAs !== null) speakers.set(request, speaksAs);
    if (waitsToSend(request)) {
      response.writeContinue();
      linger(request, response, over);
    }
    bodyInTime(request, response, request.url?.startsWith(IMPORT) ? limits.importMs : limits.requestMs);
    void routes(request, response).then(() => answerInTime(request, response, limits.requestMs));
  };

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { method = "", url = "", rawHeaders } = request;
    const over = overOf(response);
    const heard = hear(connections, request, response, over, door);
    // Who waits to be asked for his body has sent none of it.
    if (!waitsToSend(request)) linger(request, response, over);
    if (door.ending()) response.setHeader("connection", "close");
    const judgement = judge({ method, url, rawHeaders }, door.policy());
    switch (judgement.kind) {
      case "pass":
        heard.scope = OWNER.scope;
        admit(request, response, OWNER, over, () => door.policy().owns(judgement.bearer));
        return;
      case "stranger":
        void letIn(judgement, { method, url }, door, heard).then(
          (grant) =>
            admit(request, response, grant, over, () =>
              grantOf(judgement.bearer, door.tokenOf, door.now()).then(
                () => true,
                // A store that cannot be read for a moment says nothing against it.
                (error: unknown) => !(isWerkError(error) && error.code === "UNAUTHORIZED"),
              ),
            ),
          (error: unknown) => refuse(response, error),
        );
        return;
      case "health":
        response
          .writeHead(200, {
            "content-type": "text/plain; charset=utf-8",
            "content-length": "3",
            "cache-control": "no-store",
          })
          .end("ok\n");
        return;
      case "refuse":
        void refuse(response, judgement.error);
        return;
      default:
        judgement satisfies never;
    }
  };
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      // The longest there is: shorter ones are kept by request.
      requestTimeout: Math.max(limits.requestMs, limits.importMs),
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: 1_000,
    },
    handle,
  );
  const connections = limitConnections(server, limits.connections);
  // A body is only asked for once its request was let in.
  server.on("checkContinue", handle);
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code === "ECONNRESET" || !socket.writable || lingering.has(socket)) socket.destroy();
    else socket.end(bare(statusLine(error.code)));
  });
  return { server, endStreams };
}

const IMPORT = ROUTES["task.import"].path;

/** True for who wants to hear of events as they happen. */
const isStream = ({ method, url = "", headers }: IncomingMessage): boolean =>
  url.split("?", 1)[0] === ROUTES["event.list"].path && asksForStream(method, headers.accept);

/** How often it is asked whether who hears a stream still may. */
const HOLDS_MS = 2_000;

/** A token that is revoked or runs out ends the streams that it opened. */
function endWhenOver(
  request: IncomingMessage,
  response: ServerResponse,
  holds: () => boolean | Promise<boolean>,
): void {
  const timer = setInterval(async () => {
    if (!(await holds())) request.socket.destroy();
  }, HOLDS_MS);
  response.once("close", () => clearInterval(timer));
}

/** Who is it, and may he? Throws UNAUTHORIZED, FORBIDDEN, and what is wrong with the body's kind. */
async function letIn(
  { bearer, refusal }: Extract<Judgement, { kind: "stranger" }>,
  asked: { readonly method: string; readonly url: string },
  { tokenOf, uidOf, now }: Doorkeeper,
  heard: { scope: string },
): Promise<Grant> {
  const grant = await grantOf(bearer, tokenOf, now());
  heard.scope = grant.scope;
  if (refusal) throw refusal;
  await checkScope(asked, grant, uidOf);
  return grant;
}

/** The end of an answer, as everybody but its receiver sees it. */
interface Over {
  /** Is called once, when the connection is done with the answer or `now` is called. */
  readonly after: (what: () => void) => void;
  /** All that is left to be done is to let the sender finish. */
  readonly now: () => void;
}

function overOf(response: ServerResponse): Over {
  const waiting: (() => void)[] = [];
  const now = (): void => {
    for (const what of waiting.splice(0)) what();
  };
  response.once("close", now);
  return { after: (what) => void waiting.push(what), now };
}

const waitsToSend = ({ headers }: IncomingMessage): boolean => /^100-continue$/i.test(headers.expect ?? "");

/** Notes that a connection is being answered, and when it has been. */
function hear(
  connections: Connections,
  request: IncomingMessage,
  response: ServerResponse,
  over: Over,
  door: Doorkeeper,
): { scope: string } {
  const { socket, method = "", url = "" } = request;
  const heard = { scope: "none" };
  const began = performance.now();
  connections.work(socket, response);
  over.after(() => {
    connections.rest(socket, response);
    // One whose turn never came has headers too.
    const unsent = !response.headersSent || (response.destroyed && !response.socket && !response.writableFinished);
    const status = unsent ? 0 : response.statusCode;
    door.onAnswer({ method, url, status, scope: heard.scope, ms: performance.now() - began });
  });
  return heard;
}

/** Hangs up when the body is not there in time. Past the routes, which wait for it and then find nobody to answer. */
function bodyInTime(request: IncomingMessage, response: ServerResponse, ms: number): void {
  if (request.complete || request.method === "GET" || request.method === "HEAD") return;
  const timer = setTimeout(() => {
    if (request.complete) return;
    if (!response.headersSent) request.socket.write(bare("408 Request Timeout"));
    request.socket.destroySoon();
  }, ms);
  for (const end of ["end", "close"] as const) request.once(end, () => clearTimeout(timer));
}

/** An answer without a body, to whom no route can answer. */
const bare = (status: string): string => `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;

/** Hangs up on a caller who does not take his answer, be it because he does not take one before it. */
function answerInTime(request: IncomingMessage, response: ServerResponse, ms: number): void {
  if (response.writableFinished || response.destroyed) return;
  const timer = setTimeout(() => request.socket.destroy(), ms);
  response.once("close", () => clearTimeout(timer));
}

const tooMany = (most: number): WerkError =>
  new WerkError("STORE_BUSY", `${most} calls are being answered already`, { hint: "Send it again in a moment." });

function statusLine(code: string | undefined): string {
  if (code === "HPE_HEADER_OVERFLOW") return "431 Request Header Fields Too Large";
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? "408 Request Timeout" : "400 Bad Request";
}

/** Answers and hangs up: what was refused does not get to send its body. */
async function refuse(response: ServerResponse, error: unknown): Promise<void> {
  const answer = failure(error);
  await send(response, answer, { connection: "close" });
}

async function send(response: ServerResponse, answer: Response, more: Readonly<Record<string, string>>): Promise<void> {
  if (response.headersSent || response.destroyed) return;
  const text = await answer.text();
  // With its length it is whole before it is ended.
  const length = String(Buffer.byteLength(text));
  response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), "content-length": length, ...more });
  response.end(text);
}
