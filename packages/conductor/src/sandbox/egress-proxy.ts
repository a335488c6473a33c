/** The only way out of a sandbox that has no network: an HTTP proxy of conductor's, on a unix socket, for named hosts. */
import { lookup } from "node:dns/promises";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, request, type ServerResponse } from "node:http";
import { connect, isIP, type Socket } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { Egress, RefusedEgress } from "../model/command.ts";
import { socketDirPrefix } from "../model/socket-dir.ts";
import { type Endpoint, findEndpoint, isPublic, plainHost, splitPlace } from "./egress-rules.ts";
import { socketOwner } from "./sweep-sockets.ts";

export interface EgressProxy {
  /** The directory that is shown inside, and the socket's name in it. */
  readonly dir: string;
  readonly socket: string;
  close(): Promise<void>;
}

export interface EgressOptions {
  readonly endpoints: readonly Endpoint[];
  readonly onRefused?: Egress["onRefused"];
  /** Where the socket's directory is made. Short: a socket's path has about 100 bytes. */
  readonly parent: string;
  /** Every address of a name; conductor's own look-up, never the sandbox's. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

/** Bounds on what one confined command may ask for. */
export const EGRESS_LIMITS = {
  connections: 64,
  headerBytes: 32 * 1024,
  headersMs: 30_000,
  connectMs: 15_000,
  /** A model that thinks says nothing for minutes. */
  idleMs: 15 * 60_000,
  refusals: 100,
  addresses: 8,
} as const;

/** Hop by hop (RFC 9110 7.6.1): they are about this connection, not about the message. */
const HOP = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** A reason not to go somewhere. */
class Refusal extends Error {}

/** Listens until it is closed. Understands CONNECT and requests with a whole http:// address, and nothing else. */
export async function openEgress({
  endpoints,
  onRefused,
  parent,
  resolve = everyAddress,
}: EgressOptions): Promise<EgressProxy> {
  const dir = await mkdtemp(join(parent, socketDirPrefix("e", await socketOwner())));
  await chmod(dir, 0o700);
  const open = new Set<Duplex>();
  const told = new Set<string>();
  const keep = <S extends Duplex>(stream: S): S => {
    open.add(stream);
    stream.once("close", () => open.delete(stream));
    // A side that goes away is no error of ours; what is piped to it is closed by whoever piped.
    stream.on("error", () => stream.destroy());
    return stream;
  };
  const refuse = (host: string, port: number, reason: string): void => {
    const name = `${host}:${port}`;
    if (told.has(name) || told.size >= EGRESS_LIMITS.refusals) return;
    told.add(name);
    const refused: RefusedEgress = { host, port, reason };
    onRefused?.(refused);
  };

  /** Where to go, decided once and on addresses: a name that changes its address afterwards changes nothing. */
  const addressesOf = async (host: string, port: number): Promise<readonly string[]> => {
    const endpoint = findEndpoint(endpoints, host, port);
    if (endpoint === undefined) throw new Refusal("is not among the hosts that may be reached");
    const found = isIP(host) === 0 ? await resolve(host) : [host];
    const usable = endpoint.anywhere ? found : found.filter(isPublic);
    if (usable.length === 0)
      throw new Refusal(
        found.length === 0 ? "has no address" : "is at a private address, and would have to be named with its port",
      );
    return usable.slice(0, EGRESS_LIMITS.addresses);
  };
  const reach = async (host: string, port: number): Promise<Socket> => {
    let last: unknown = null;
    for (const address of await addressesOf(host, port)) {
      try {
        return keep(await dial(address, port));
      } catch (error) {
        last = error;
      }
    }
    throw last;
  };

  const server = createServer({
    maxHeaderSize: EGRESS_LIMITS.headerBytes,
    headersTimeout: EGRESS_LIMITS.headersMs,
    requestTimeout: EGRESS_LIMITS.idleMs,
    keepAliveTimeout: EGRESS_LIMITS.headersMs,
    connectionsCheckingInterval: EGRESS_LIMITS.headersMs,
  });
  server.maxConnections = EGRESS_LIMITS.connections;
  server.on("connection", (socket) => {
    keep(socket).setTimeout(EGRESS_LIMITS.idleMs, () => socket.destroy());
  });
  server.on("connect", (asked: IncomingMessage, client: Duplex, head: Buffer) => {
    const place = splitPlace(asked.url ?? "");
    if (place === null || place.port === null) {
      client.end(answerOf(400, "name a host and a port"));
      return;
    }
    const { host, port } = place;
    reach(host, port).then(
      (there) => {
        client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        if (head.length > 0) there.write(head);
        tie(client, there);
      },
      (error: unknown) => {
        if (error instanceof Refusal) refuse(host, port, error.message);
        client.end(
          error instanceof Refusal
            ? answerOf(403, `${host}:${port} ${error.message}`)
            : answerOf(502, `${host}:${port} cannot be reached: ${inWords(error)}`),
        );
      },
    );
  });
  server.on("request", (asked: IncomingMessage, answer: ServerResponse) => {
    void passOn(asked, answer, reach, refuse);
  });
  server.on("clientError", (_error, socket) => void socket.destroy());

  const socket = join(dir, "s");
  try {
    await new Promise<void>((done, failed) => {
      server.once("error", failed);
      server.listen(socket, done);
    });
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
  return {
    dir,
    socket: "s",
    async close() {
      for (const one of open) one.destroy();
      await new Promise((done) => server.close(done));
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** One plain-http request with a whole address, to the place it names and with that place's name. */
async function passOn(
  asked: IncomingMessage,
  answer: ServerResponse,
  reach: (host: string, port: number) => Promise<Socket>,
  refuse: (host: string, port: number, reason: string) => void,
): Promise<void> {
  const say = (status: number, text: string): void => {
    if (answer.headersSent) return void answer.destroy();
    answer.writeHead(status, { "content-type": "text/plain", connection: "close" }).end(`conductor: ${text}\n`);
  };
  const url = readAddress(asked.url ?? "");
  if (url === null) return say(400, "this is a proxy: ask it for http://host:port/... or CONNECT to host:port");
  const host = plainHost(url.hostname.replace(/^\[|\]$/g, ""));
  const port = url.port === "" ? 80 : Number(url.port);
  let there: Socket;
  try {
    there = await reach(host, port);
  } catch (error) {
    if (!(error instanceof Refusal)) return say(502, `${host}:${port} cannot be reached: ${inWords(error)}`);
    refuse(host, port, error.message);
    return say(403, `${host}:${port} ${error.message}`);
  }
  const named = (asked.headers.connection ?? "").toLowerCase().split(/\s*,\s*/);
  const headers = headersOf(asked, (name) => name !== "host" && !named.includes(name));
  const onward = request({
    method: asked.method,
    path: `${url.pathname}${url.search}`,
    headers: { ...headers, host: url.host },
    setHost: false,
    createConnection: () => there,
  });
  onward.on("error", (error) => {
    there.destroy();
    say(502, `${host}:${port} ended the connection: ${inWords(error)}`);
  });
  onward.on("response", (came) => {
    answer.writeHead(
      came.statusCode ?? 502,
      headersOf(came, () => true),
    );
    // Headers first: the first event of a stream may be long in coming.
    answer.flushHeaders();
    came.on("error", () => answer.destroy());
    came.pipe(answer);
  });
  answer.on("close", () => there.destroy());
  asked.on("error", () => there.destroy());
  asked.pipe(onward);
}

/** What goes on, with every value of a header that came several times. */
function headersOf(message: IncomingMessage, wanted: (name: string) => boolean): OutgoingHttpHeaders {
  const all = Object.entries(message.headersDistinct).filter(([name]) => !HOP.includes(name) && wanted(name));
  return Object.fromEntries(all.map(([name, values = []]) => [name, values.length === 1 ? values[0] : values]));
}

function readAddress(text: string): URL | null {
  if (!/^http:\/\//i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  return url.username === "" && url.password === "" ? url : null;
}

/** Half-closed is not closed: a client may have said all and still listen. */
function tie(one: Duplex, other: Duplex): void {
  one.pipe(other);
  other.pipe(one);
  one.once("close", () => other.destroy());
  other.once("close", () => one.destroy());
}

function dial(address: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, allowHalfOpen: true });
    const late = (): void => void socket.destroy(new Error("it did not answer in time"));
    socket.setTimeout(EGRESS_LIMITS.connectMs, late);
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.removeListener("error", reject);
      socket.removeListener("timeout", late);
      socket.setTimeout(EGRESS_LIMITS.idleMs, () => socket.destroy());
      resolve(socket);
    });
  });
}

const everyAddress = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true })).map(({ address }) => address);

const answerOf = (status: 400 | 403 | 502, text: string): string => {
  const body = `conductor: ${text}\n`;
  const name = { 400: "Bad Request", 403: "Forbidden", 502: "Bad Gateway" }[status];
  return `HTTP/1.1 ${status} ${name}\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;
};

const inWords = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 200);
