import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { ScopeName } from "@taskwerk/contract/scopes";
import { parseBearer } from "@taskwerk/contract/token";
import { unauthorized } from "./guard.ts";

/** A token as the store knows it. */
export interface KnownToken {
  /** What its secret hashes to: SHA-256, hexadecimal. */
  readonly hash: string;
  readonly scope: ScopeName;
  /** The uid of the task that it is for. */
  readonly task_uid: string | null;
  readonly name: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
}

/** What a caller may do. */
export interface Grant {
  readonly scope: ScopeName;
  /** The uid of the only task, with the scope `task`. */
  readonly task: string | null;
  /** As whom it speaks, whatever its headers say; null: they say it. */
  readonly speaksAs: string | null;
}

/** Who has the token of `api.json`. */
export const OWNER: Grant = { scope: "owner", task: null, speaksAs: null };

/** A secret that nobody guesses: 256 random bits, as text for a header. */
export const newSecret = (): string => randomBytes(32).toString("base64url");

/** Whether a text is that secret. Takes as long for a nearly right one as for a wrong one, whatever their lengths. */
export function isSecret(secret: string): (given: string) => boolean {
  const known = digest(secret);
  return (given) => timingSafeEqual(digest(given), known);
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** What a bearer token that is not the owner's allows. Throws UNAUTHORIZED: it is none, it was revoked, it ran out. */
export async function grantOf(
  bearer: string,
  find: (id: string) => Promise<KnownToken | null>,
  now: Date,
): Promise<Grant> {
  const parsed = parseBearer(bearer);
  const known = parsed && (await find(parsed.id));
  if (!parsed || !known || !timingSafeEqual(digest(parsed.secret), Buffer.from(known.hash, "hex")))
    throw unauthorized();
  if (known.revoked_at !== null) throw unauthorized(`this token was revoked at ${known.revoked_at}`);
  if (known.expires_at !== null && known.expires_at <= now.toISOString()) {
    throw unauthorized(`this token ran out at ${known.expires_at}`);
  }
  const { scope, task_uid: task, name } = known;
  return { scope, task, speaksAs: scope === "task" ? name : null };
}
