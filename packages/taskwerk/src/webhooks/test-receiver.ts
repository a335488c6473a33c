import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { WebhookBody } from "@taskwerk/contract/webhook";

/** One request that came. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly id: string;
  readonly body: WebhookBody;
}

/** How a receiver answers the nth request, from 1. */
export type Answering = (response: ServerResponse, n: number) => void;

/** A real receiver on loopback. For tests. */
export interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly received: Received[];
  /** Connections that were opened, whatever came over them. */
  readonly connections: () => number;
  /** Answers otherwise from now on. */
  readonly answer: (how: Answering) => void;
  readonly close: () => Promise<void>;
}

/** Answers with a status, and headers. */
export const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): Answering =>
  (response) =>
    response.writeHead(code, headers).end();

/** Starts one; with a key and a certificate it speaks TLS. */
export async function openReceiver(
  how: Answering = status(204),
  tls?: { readonly key: string; readonly cert: string },
): Promise<Receiver> {
  const state = { how, connections: 0 };
  const received: Received[] = [];
  const listener: Parameters<typeof createServer>[1] = (request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    request.on("end", () => {
      const { headers } = request;
      received.push({ headers, text, id: String(headers["webhook-id"]), body: JSON.parse(text) });
      state.how(response, received.length);
    });
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on("connection", () => {
    state.connections += 1;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}/hook`,
    port,
    received,
    connections: () => state.connections,
    answer: (next) => {
      state.how = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
