/** Which hosts a confined command may reach: what is named, and no way around it. Pure. */
import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";

/** One place that may be reached. */
export interface Endpoint {
  /** Lower case, without brackets and without a final dot. */
  readonly host: string;
  readonly port: number;
  /** Named with its port: then it may be on loopback or in a private network. */
  readonly anywhere: boolean;
}

export type EgressRules =
  | { readonly kind: "rules"; readonly endpoints: readonly Endpoint[] }
  | { readonly kind: "invalid"; readonly problem: string };

/** The port of a host that is named without one: what goes there is encrypted. */
const HTTPS = 443;
const NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/;

/** Reads `host`, `host:port`, `[v6]:port`. No pattern is known: a wildcard would let anybody's subdomain in. */
export function egressRules(hosts: readonly string[]): EgressRules {
  const endpoints: Endpoint[] = [];
  for (const text of hosts) {
    const endpoint = readEndpoint(text);
    if (typeof endpoint === "string") return { kind: "invalid", problem: `${JSON.stringify(text)} ${endpoint}` };
    endpoints.push(endpoint);
  }
  return { kind: "rules", endpoints };
}

function readEndpoint(text: string): Endpoint | string {
  if (text.includes("://") || text.includes("/"))
    return "is an address of a page: name only the host, such as api.example.com or 127.0.0.1:8080";
  if (text.includes("*")) return "is a pattern: name each host";
  const place = splitPlace(text);
  if (place === null) return "is no host: write api.example.com, 127.0.0.1:8080 or [::1]:8080";
  const { host, port } = place;
  if (isIP(host) === 0 && !NAME.test(host)) return "is no host: write api.example.com or 127.0.0.1:8080";
  if (port === null && (isIP(host) !== 0 || isLoopbackName(host))) return "needs its port, such as 127.0.0.1:8080";
  return { host, port: port ?? HTTPS, anywhere: port !== null };
}

/** `host:port` in its parts, as a rule or as a request names it; null when it is neither. */
export function splitPlace(text: string): { readonly host: string; readonly port: number | null } | null {
  const found = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/i.exec(text);
  if (found === null) return null;
  const [, six, name = "", digits] = found;
  if (six !== undefined && !isIPv6(six)) return null;
  const port = digits === undefined ? null : Number(digits);
  if (port !== null && (port < 1 || port > 65_535)) return null;
  return { host: plainHost(six ?? name), port };
}

/** One spelling of a host, so that neither case nor a final dot makes another of it. */
export const plainHost = (host: string): string => host.toLowerCase().replace(/\.$/, "");

export const findEndpoint = (endpoints: readonly Endpoint[], host: string, port: number): Endpoint | undefined =>
  endpoints.find((one) => one.host === host && one.port === port);

export const isLoopbackName = (host: string): boolean => host === "localhost" || host.endsWith(".localhost");

/** Loopback as the command itself would reach it: a port of its own, behind which conductor's proxy is. */
export const isLoopback = (host: string): boolean =>
  isLoopbackName(host) || (isIP(host) !== 0 && LOOPBACK.check(host, family(host)));

/** An address of the open internet; everything that is local, private, reserved or only stands for another is not. */
export const isPublic = (address: string): boolean => isIP(address) !== 0 && !LOCAL.check(address, family(address));

const family = (address: string): "ipv4" | "ipv6" => (isIPv4(address) ? "ipv4" : "ipv6");

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [net = "", bits = ""] = range.split("/");
    list.addSubnet(net, Number(bits), family(net));
  }
  return list;
}

const LOOPBACK = listOf(["127.0.0.0/8", "::1/128"]);

/** IANA's special-purpose address registries (RFC 6890 and its updates), and what embeds an IPv4 address; a mapped one (::ffff:) is checked as what it maps. */
const LOCAL = listOf([
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
  "::/96",
  "64:ff9b::/96",
  "64:ff9b:1::/48",
  "100::/64",
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "fc00::/7",
  "fe80::/10",
  "fec0::/10",
  "ff00::/8",
]);
