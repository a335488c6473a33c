import { WerkError } from "@taskwerk/contract/errors";
import { IMPORT_TYPES } from "./import-types.ts";

/** A request as it came in, before anything interpreted it. */
export interface RawRequest {
  readonly method: string;
  /** The request target, as it stood in the first line. */
  readonly url: string;
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[];
}

/** Whom a server lets in. */
export interface DoorPolicy {
  /** The exact Host values that mean this server, with port. */
  readonly hosts: ReadonlySet<string>;
  /** Is this the owner's token? Takes as long for a nearly right one as for a wrong one. */
  readonly owns: (bearer: string) => boolean;
}

export type Judgement =
  /** The owner's; it may go on to the routes. */
  | { readonly kind: "pass"; readonly bearer: string }
  /** It is one of ours if the store knows this bearer token; then `refusal` is what else is wrong with it. */
  | { readonly kind: "stranger"; readonly bearer: string; readonly refusal: WerkError | null }
  /** It asks only whether someone is there. */
  | { readonly kind: "health" }
  | { readonly kind: "refuse"; readonly error: WerkError };

/**
 * Decides on every request before any route sees it, also those for routes that do not exist. In order: the target, the
 * Host (a name that a web page made resolve to this machine is not ours), the Origin, the token, the body's kind.
 */
export function judge(request: RawRequest, policy: DoorPolicy): Judgement {
  const error = foreign(request, policy);
  if (error) return { kind: "refuse", error };
  if (request.url === "/healthz" && isLook(request)) return { kind: "health" };
  const bearer = bearerOf(request);
  if (bearer === null) return { kind: "refuse", error: unauthorized() };
  const refusal = wrongBody(request);
  if (!policy.owns(bearer)) return { kind: "stranger", bearer, refusal };
  return refusal ? { kind: "refuse", error: refusal } : { kind: "pass", bearer };
}

/** Exact names for a server on this machine; a port of 80 may be left out. */
export function hostsOf(names: readonly string[], port: number): ReadonlySet<string> {
  return new Set(names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
}

/** Nothing is told apart here: no token, one that nobody knows, one that is over. */
export const unauthorized = (why = "a bearer token is needed"): WerkError =>
  new WerkError("UNAUTHORIZED", why, {
    hint: "The owner's lies in api.json in the store's directory:  taskwerk api token",
  });

const isLook = ({ method }: RawRequest): boolean => method === "GET" || method === "HEAD";

/** A path and a query of plain characters; what a URL parser would make another path of is none. */
const TARGET = /^(?:\/[\w.~:@!$&'()*+,;=%-]*)+(?:\?[\w.~:@!$&'()*+,;=%/?-]*)?$/;
const BAD_ESCAPE = /%(?![0-9a-f]{2})/i;
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:[/?]|$)/i;

function foreign({ url, rawHeaders }: RawRequest, { hosts }: DoorPolicy): WerkError | null {
  if (!TARGET.test(url) || url.startsWith("//") || BAD_ESCAPE.test(url) || DOT_SEGMENT.test(url.split("?", 1)[0]!)) {
    return new WerkError("USAGE", "the request target must be a plain path");
  }
  const host = valuesOf(rawHeaders, "host");
  if (host.length !== 1) return new WerkError("USAGE", "exactly one Host header is needed");
  if (!hosts.has(host[0]!)) {
    return new WerkError("FORBIDDEN", "this Host is not served here", {
      hint: "Names beside this machine's own stand in the configuration:  taskwerk config explain api.hosts",
      field: "host",
      given: host[0]!.slice(0, 200),
    });
  }
  const origins = valuesOf(rawHeaders, "origin");
  if (origins.some((origin) => !origin.startsWith("http://") || !hosts.has(origin.slice("http://".length)))) {
    return new WerkError("FORBIDDEN", "web pages of other origins have no access", {
      hint: "Call it from a program, with the token of  taskwerk api token",
      field: "origin",
    });
  }
  const sites = valuesOf(rawHeaders, "sec-fetch-site");
  if (sites.some((site) => site !== "same-origin" && site !== "none")) {
    return new WerkError("FORBIDDEN", "web pages of other sites have no access", { field: "sec-fetch-site" });
  }
  return null;
}

function bearerOf({ rawHeaders }: RawRequest): string | null {
  const given = valuesOf(rawHeaders, "authorization");
  return (given.length === 1 ? /^Bearer +([!-~]{1,500})$/i.exec(given[0]!)?.[1] : undefined) ?? null;
}

function wrongBody(request: RawRequest): WerkError | null {
  const { method, url, rawHeaders } = request;
  if (isLook(request)) {
    return hasNoBody(rawHeaders) ? null : new WerkError("USAGE", `${method} takes no body`);
  }
  if (method === "DELETE" && hasNoBody(rawHeaders)) return null;
  if (valuesOf(rawHeaders, "content-encoding").length > 0) {
    return new WerkError("UNSUPPORTED_MEDIA_TYPE", "bodies are taken as they are, without content-encoding");
  }
  const types = valuesOf(rawHeaders, "content-type");
  if (types.length === 1 && /^application\/json(\s*;\s*charset="?utf-8"?)?$/i.test(types[0]!.trim())) return null;
  // No page can send these without asking first either.
  const [type = ""] = types.map((one) => one.split(";", 1)[0]!.trim().toLowerCase());
  if (types.length === 1 && url.split("?", 1)[0] === "/v1/tasks:import" && Object.hasOwn(IMPORT_TYPES, type))
    return null;
  return new WerkError("UNSUPPORTED_MEDIA_TYPE", "the body must be JSON: content-type application/json", {
    hint: "Send it with  content-type: application/json",
    field: "content-type",
  });
}

const hasNoBody = (rawHeaders: readonly string[]): boolean =>
  valuesOf(rawHeaders, "transfer-encoding").length === 0 &&
  valuesOf(rawHeaders, "content-length").every((length) => length === "0");

function valuesOf(rawHeaders: readonly string[], name: string): readonly string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === name);
}
