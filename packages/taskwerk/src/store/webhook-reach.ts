import { WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";
import type { WebhookReach } from "@taskwerk/contract/webhook";
import ipaddr from "ipaddr.js";

/** Where an address is: on the internet, on this machine, in a private network, or nowhere that a webhook may lead. */
export type Whereabouts = "public" | "loopback" | "private" | "nowhere";

/** Not of the internet, but somebody may mean it: networks of one's own, and ways to write such an address as another one. */
const PRIVATE = new Set([
  "private",
  "uniqueLocal",
  "carrierGradeNat",
  "linkLocal",
  "deprecatedSiteLocal",
  "ipv4Mapped",
  "rfc6145",
  "rfc6052",
  "6to4",
  "teredo",
]);

/**
 * Where an address is, by the registries of special addresses (RFC 6890 and later). What no registry gives to the internet
 * is not taken for a part of it.
 */
export function whereaboutsOf(address: string): Whereabouts {
  if (!ipaddr.isValid(address)) return "nowhere";
  const parsed = ipaddr.parse(address);
  const range: string = parsed.range();
  if (range === "loopback") return "loopback";
  if (PRIVATE.has(range)) return "private";
  // All that is given out of IPv6 lies in 2000::/3.
  const given = parsed.kind() === "ipv4" || (parsed.toByteArray()[0]! & 0xe0) === 0x20;
  return range === "unicast" && given ? "public" : "nowhere";
}

/** True when a webhook of that reach may lead there. */
export function mayLead(reach: WebhookReach, to: Whereabouts): boolean {
  switch (reach) {
    case "public":
      return to === "public";
    case "loopback":
      return to === "loopback";
    case "private":
      return to !== "nowhere";
    default: {
      const never: never = reach;
      return never;
    }
  }
}

/** A URL's host as an address or a name: without brackets, without the dot at its end. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");

/** Where a host leads, as far as it says so itself: addresses and `localhost` do; null for other names. */
export function statedWhereabouts(url: URL): Whereabouts | null {
  const host = hostOf(url);
  if (host === "localhost" || host.endsWith(".localhost")) return "loopback";
  return ipaddr.isValid(host) ? whereaboutsOf(host) : null;
}

/**
 * The URL of a webhook, as it is kept. Throws VALIDATION_FAILED for what is no http or https address, has a user or a
 * password in it, or says itself that it leads where this webhook may not. Names are looked up with every attempt.
 */
export function checkWebhookUrl(text: string, reach: WebhookReach): string {
  const refuse = (why: string, hint?: string): WerkError =>
    new WerkError("VALIDATION_FAILED", why, { field: "url", given: text.slice(0, 200), ...(hint ? { hint } : {}) });
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || text.length > LIMITS.url) {
    throw refuse(`"${text.slice(0, 200)}" is no address.`, "For instance  https://example.com/hooks");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw refuse(`a webhook is an http or https address, and this one begins with ${url.protocol}`);
  }
  if (url.username !== "" || url.password !== "") {
    throw refuse(
      "a webhook's address has no user and no password in it.",
      "What is sent is signed; its receiver can check that.",
    );
  }
  url.hash = "";
  const to = statedWhereabouts(url);
  if (to === "nowhere") throw refuse(`${url.hostname} is no address that anything can be sent to.`);
  if (to !== null && !mayLead(reach, to)) {
    const where = to === "loopback" ? "this machine" : "a private network";
    throw refuse(`${url.hostname} leads to ${where}.`, "If that is meant:  taskwerk webhook add URL --allow-private");
  }
  return url.href;
}
