/** How a call travels: its request, and the envelope that comes back. */
import type { Agent, IncomingMessage } from "node:http";
import type { Envelope } from "./envelope.ts";
import { WerkError } from "./errors.ts";
import { encodeHeader, HEADERS } from "./headers.ts";
import type { Route } from "./routes.ts";

/** Who calls whom. */
export interface Caller {
  readonly url: string;
  readonly token: string;
  readonly actor?: string;
  readonly session?: string;
}

/** One request, made up. */
export interface Init {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Without one it has a connection of its own. */
  readonly agent?: Agent;
}

/** The request of a call: path and query, or path and body, of its input. */
export function requestOf(
  route: Route,
  input: Readonly<Record<string, unknown>>,
  caller: Caller,
  { idempotencyKey }: { readonly idempotencyKey?: string } = {},
): { readonly url: URL; readonly init: Init } {
  const rest = { ...input };
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest[name];
    delete rest[name];
    return encodeURIComponent(String(value));
  });
  const url = new URL(path, caller.url);
  const headers: Record<string, string> = { authorization: `Bearer ${caller.token}` };
  if (caller.actor) headers[HEADERS.actor] = encodeHeader(caller.actor);
  if (caller.session) headers[HEADERS.session] = encodeHeader(caller.session);
  if (idempotencyKey) headers[HEADERS.idempotency] = encodeHeader(idempotencyKey);
  if (route.method !== "GET") {
    headers["content-type"] = "application/json";
    return { url, init: { method: route.method, headers, body: JSON.stringify(rest) } };
  }
  for (const [key, value] of Object.entries(rest)) {
    if (value === undefined || value === null) continue;
    url.searchParams.set(key, Array.isArray(value) ? value.join(",") : String(value));
  }
  return { url, init: { method: "GET", headers } };
}

const isHttps = (url: string): boolean => URL.canParse(url) && new URL(url).protocol === "https:";

/** Keeps connections to a server for the next request. An idle one does not keep the process from ending. */
export function agentFor(url: string): Agent {
  const { Agent } = process.getBuiltinModule(isHttps(url) ? "node:https" : "node:http");
  return new Agent({ keepAlive: true, maxSockets: 16, maxFreeSockets: 4 });
}

const unreachable = (url: URL, cause: unknown): WerkError =>
  new WerkError("TASKWERK_UNREACHABLE", `no answer from taskwerk at ${url.origin}`, {
    cause,
    hint: "Start it: taskwerk api start",
  });

/** The envelope that answers a request. Throws TASKWERK_UNREACHABLE where none comes. */
export async function envelopeOf(url: URL, init: Init, signal: AbortSignal): Promise<Envelope<unknown>> {
  const answer = await answerOf(url, init, signal).catch((cause: unknown) => {
    throw unreachable(url, cause);
  });
  let text = "";
  try {
    for await (const chunk of answer) text += chunk as string;
  } catch (cause) {
    throw unreachable(url, cause);
  }
  try {
    const body = JSON.parse(text) as Envelope<unknown>;
    if (typeof body === "object" && body !== null && body.v === 1) return body;
  } catch {
    // Not JSON: something else answered on that port.
  }
  throw new WerkError("TASKWERK_UNREACHABLE", `${url.origin} answered ${answer.statusCode}, but not as taskwerk does`, {
    hint: "Is another program on that port? taskwerk api status",
  });
}

/**
 * Sends one request and gives its answer, as text, once it begins. Not with `fetch`: the first one of a process costs six
 * times as much as starting it does. A connection that was kept and that the server closed at that very moment is no
 * answer: a read is then sent again on a new one.
 */
export function answerOf(url: URL, init: Init, signal: AbortSignal): Promise<IncomingMessage> {
  const { body, agent, ...rest } = init;
  const { request } = process.getBuiltinModule(url.protocol === "https:" ? "node:https" : "node:http");
  return new Promise((resolve, reject) => {
    const asked = request(url, { ...rest, signal, agent: agent ?? false }, (answer) => {
      answer.setEncoding("utf8");
      resolve(answer);
    });
    // Of an answer that leaves HTTP (101) nothing else is told, and no abort ends it.
    const ended = (): void => reject(new Error("it gave no answer that is one of HTTP"));
    asked.once("close", ended);
    asked.on("error", (error: NodeJS.ErrnoException) => {
      asked.off("close", ended);
      if (asked.reusedSocket && error.code === "ECONNRESET" && init.method === "GET") {
        answerOf(url, { ...rest, ...(body === undefined ? {} : { body }) }, signal).then(resolve, reject);
      } else reject(error);
    });
    asked.end(body);
  });
}
