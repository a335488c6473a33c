import type { IncomingMessage } from "node:http";
import { WerkError } from "@taskwerk/contract/errors";
import { decodeHeader, HEADERS } from "@taskwerk/contract/headers";
import type { Context } from "hono";

/** Who calls, as its headers say. */
export interface ApiCaller {
  readonly actor: string;
  readonly session: string | null;
  readonly idempotencyKey: string | null;
}

/** What the door found out about a request. */
export interface ApiEnv {
  readonly Bindings: {
    readonly incoming?: IncomingMessage;
    readonly speaksAs?: string | null;
  };
}

/** What breaks the connection to a caller off, whatever of his answer he has. */
export const hangUpOn =
  ({ env: { incoming } }: Context<ApiEnv>) =>
  (): void =>
    void incoming?.socket.destroy();

/** Who calls. Without a name it is `api`; some tokens speak as one and no other, and have their keys for themselves. */
export function callerOf(c: Context<ApiEnv>): ApiCaller {
  const { speaksAs = null } = c.env;
  const key = header(c, HEADERS.idempotency);
  return {
    actor: speaksAs ?? header(c, HEADERS.actor) ?? "api",
    session: header(c, HEADERS.session),
    // Else an agent could use up the key under which somebody else is going to do something once.
    idempotencyKey: key === null || speaksAs === null ? key : `${encodeURIComponent(speaksAs)}/${key}`,
  };
}

/** The rev that the caller saw and wants to change: `If-Match: "3"`; null for `*` and without it. Throws USAGE. */
export function revOf(c: Context): number | null {
  const given = c.req.header("if-match")?.trim();
  if (given === undefined || given === "*") return null;
  const rev = /^(?:W\/)?"(\d{1,15})"$/.exec(given)?.[1];
  if (rev !== undefined) return Number(rev);
  throw new WerkError("USAGE", 'If-Match takes one ETag of a task, e.g. "3", or *', {
    field: "if-match",
    given: given.slice(0, 100),
  });
}

const HEADER_MOST = 500;

/** A header's value. It ends up in the log of changes, so it is short and printable. */
export function header(c: Context, name: string): string | null {
  const value = c.req.header(name)?.trim();
  if (value === undefined || value === "") return null;
  const text = value.length <= HEADER_MOST * 12 ? decodeHeader(value) : null;
  if (text !== null && text.length <= HEADER_MOST) return text;
  throw new WerkError("VALIDATION_FAILED", `the header ${name} takes at most ${HEADER_MOST} printable characters`, {
    field: name,
    hint: "Other letters than ASCII:  UTF-8''J%C3%B6rg",
  });
}
