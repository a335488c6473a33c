import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { timeLimit } from "@taskwerk/contract/time-limit";
import type { WebhookReach } from "@taskwerk/contract/webhook";
import { hostOf, mayLead, statedWhereabouts, whereaboutsOf } from "../store/webhook-reach.ts";
import { retryAfterMs } from "./retry-after.ts";
import type { Answer } from "./schedule.ts";

/** One address of a name. */
export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}
/** All addresses of a name. */
export type Resolve = (host: string) => Promise<readonly Address[]>;

/** One attempt. */
export interface Posting {
  readonly url: string;
  readonly reach: WebhookReach;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How an attempt is made. */
export interface PostWorld {
  readonly resolve: Resolve;
  readonly now: () => Date;
  readonly timeoutMs: number;
  /** Breaks it off. */
  readonly signal: AbortSignal;
  /** More authorities to trust, as PEM. For tests. */
  readonly ca?: string;
}

const SWITCHING = 101;
/** An answer is read so far, so that its sender can end; none of it is kept. */
const READ_MOST = 64 * 1024;

/**
 * Posts once. The name is looked up here, every address of it is checked, and the connection goes to one of those very
 * addresses: what the name leads to afterwards does not matter. No redirect is followed, no proxy asked, no connection kept.
 * Never throws.
 */
export async function post({ url: text, reach, headers, body }: Posting, world: PostWorld): Promise<Answer> {
  const url = new URL(text);
  const signal = timeLimit(world.timeoutMs, world.signal);
  try {
    const addresses = await aborted(signal, allowed(url, reach, world.resolve));
    const sent = send(url, addresses, { headers, body, signal, ...(world.ca ? { ca: world.ca } : {}) });
    const answer = await aborted(signal, sent);
    const status = answer.statusCode ?? 0;
    const after = retryAfterMs(answer.headers["retry-after"], world.now());
    // Whoever goes over to another protocol has said all he says in this one.
    if (status !== SWITCHING) await drain(answer);
    return { kind: "answered", status, retryAfterMs: after };
  } catch (error) {
    if (world.signal.aborted) return { kind: "dropped" };
    return { kind: "failed", error: signal.aborted ? `no answer within ${world.timeoutMs / 1000} s` : wordsOf(error) };
  }
}

/** Whatever `work` does, an abort is not waited for. */
function aborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

class Refused extends Error {}

/** The addresses to connect to. Throws {@link Refused} when one of them is none that this webhook may lead to. */
async function allowed(url: URL, reach: WebhookReach, resolve: Resolve): Promise<readonly Address[]> {
  const host = hostOf(url);
  const stated = statedWhereabouts(url);
  if (stated !== null && !mayLead(reach, stated)) throw new Refused(`refused: ${host} is not on the internet`);
  if (/^[\d.]+$/.test(host)) return [{ address: host, family: 4 }];
  if (host.includes(":")) return [{ address: host, family: 6 }];
  const addresses = await resolve(host);
  if (addresses.length === 0) throw new Error(`${host} has no address`);
  for (const { address } of addresses) {
    if (!mayLead(reach, whereaboutsOf(address)))
      throw new Refused(`refused: ${host} leads to ${address}, which is not on the internet`);
  }
  return addresses;
}

interface Sending {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
  readonly ca?: string;
}

function send(
  url: URL,
  addresses: readonly Address[],
  { body, headers, ...options }: Sending,
): Promise<IncomingMessage> {
  const lookup: LookupFunction = (_, { all }, found) => {
    if (all) found(null, [...addresses]);
    else found(null, addresses[0]!.address, addresses[0]!.family);
  };
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      {
        ...options,
        method: "POST",
        agent: false,
        lookup,
        maxHeaderSize: 16 * 1024,
        headers: { ...headers, "content-length": Buffer.byteLength(body), connection: "close" },
      },
      resolve,
    );
    asked.on("error", reject);
    // Without a listener neither an answer nor an error would come of it.
    asked.on("upgrade", (answer, socket) => {
      resolve(answer);
      socket.destroy();
    });
    asked.end(body);
  });
}

/** Reads an answer to its end, to the bound or to the time that is over; its status counts whichever comes first. */
function drain(answer: IncomingMessage): Promise<void> {
  let size = 0;
  return new Promise((resolve) => {
    answer.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > READ_MOST) answer.destroy();
    });
    for (const event of ["end", "close", "error"] as const) answer.once(event, () => resolve());
  });
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there",
  ECONNRESET: "it broke the connection off",
  ENOTFOUND: "its name has no address",
  EAI_AGAIN: "its name cannot be looked up now",
  ETIMEDOUT: "it cannot be reached",
  EHOSTUNREACH: "it cannot be reached",
  ENETUNREACH: "it cannot be reached",
};

/** Why there was no answer, in words. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  const inner =
    error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException | undefined)?.code : undefined;
  return WORDS[code ?? ""] ?? WORDS[inner ?? ""] ?? (error.message || String(code ?? inner));
}
