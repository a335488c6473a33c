import { createHash, timingSafeEqual } from "node:crypto";
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
  readonly token: string;
}

export type Judgement =
  /** It may go on to the routes. */
  | { readonly kind: "pass" }
  /** It asks only whether someone is there. */
  | { readonly kind: "health" }
  | { readonly kind: "refuse"; readonly error: WerkError };

/**
 * Decides on every request before any route sees it, also those for routes that do not exist. In order: the target, the
 * Host (a name that a web page made resolve to this machine is not ours), the Origin, the token, the content type.
 */
export function judge(request: RawRequest, policy: DoorPolicy): Judgement {
  const error = foreign(request, policy);
  if (error) return { kind: "refuse", error };
  if (request.url === "/healthz" && (request.method === "GET" || request.method === "HEAD")) return { kind: "health" };
  const refusal = unauthorized(request, policy) ?? notJson(request);
  return refusal ? { kind: "refuse", error: refusal } : { kind: "pass" };
}

/** Exact names for a server on this machine; a port of 80 may be left out. */
export function hostsOf(names: readonly string[], port: number): ReadonlySet<string> {
  return new Set(names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
}

function foreign({ url, rawHeaders }: RawRequest, { hosts }: DoorPolicy): WerkError | null {
  if (!url.startsWith("/") || url.startsWith("//")) return new WerkError("USAGE", "the request target must be a path");
  const host = valuesOf(rawHeaders, "host");
  if (host.length !== 1) return new WerkError("USAGE", "exactly one Host header is needed");
  if (!hosts.has(host[0]!)) {
    return new WerkError("FORBIDDEN", "this Host is not served here", {
      hint: "Call it by the address that  taskwerk api status  shows",
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

function unauthorized({ rawHeaders }: RawRequest, { token }: DoorPolicy): WerkError | null {
  const given = valuesOf(rawHeaders, "authorization");
  const bearer = given.length === 1 ? /^Bearer +(\S+)$/i.exec(given[0]!)?.[1] : undefined;
  if (bearer !== undefined && sameSecret(bearer, token)) return null;
  return new WerkError("UNAUTHORIZED", "a bearer token is needed", {
    hint: "It lies in api.json in the store's directory:  taskwerk api status",
  });
}

/** Takes as long for a nearly right token as for a wrong one. */
function sameSecret(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

function notJson({ method, url, rawHeaders }: RawRequest): WerkError | null {
  if (method === "GET" || method === "HEAD") return null;
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
