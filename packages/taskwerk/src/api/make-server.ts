import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { WerkError } from "@taskwerk/contract/errors";
import { failure } from "./answer.ts";
import { type DoorPolicy, judge } from "./guard.ts";
import { type ApiOperations, makeApp } from "./make-app.ts";

const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const MOST_CONNECTIONS = 256;

/**
 * An HTTP server that is not listening yet. `policy` is asked for with every request, since the port, and with it the
 * names that are served, is only known once it listens. `endStreams` lets its streams of events end.
 */
export function makeServer(
  operations: ApiOperations,
  policy: () => DoorPolicy,
): { readonly server: Server; readonly endStreams: () => void } {
  const { app, endStreams } = makeApp(operations);
  const routes = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { method = "", url = "", rawHeaders } = request;
    const judgement = judge({ method, url, rawHeaders }, policy());
    switch (judgement.kind) {
      case "pass":
        if (/^100-continue$/i.test(request.headers.expect ?? "")) response.writeContinue();
        void routes(request, response);
        return;
      case "health":
        response
          .writeHead(200, { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" })
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
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: 1_000 },
    handle,
  );
  server.maxConnections = MOST_CONNECTIONS;
  // A body is only asked for once its request was let in.
  server.on("checkContinue", handle);
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code === "ECONNRESET" || !socket.writable) socket.destroy();
    else socket.end(`HTTP/1.1 ${statusLine(error.code)}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  });
  return { server, endStreams };
}

function statusLine(code: string | undefined): string {
  if (code === "HPE_HEADER_OVERFLOW") return "431 Request Header Fields Too Large";
  return code === "ERR_HTTP_REQUEST_TIMEOUT" ? "408 Request Timeout" : "400 Bad Request";
}

/** Answers and hangs up: what was refused does not get to send its body. */
async function refuse(response: ServerResponse, error: WerkError): Promise<void> {
  const answer = failure(error);
  response.writeHead(answer.status, { ...Object.fromEntries(answer.headers), connection: "close" });
  response.end(await answer.text());
}
