/** Tokens for the HTTP API beside the one in `api.json`: made by the owner, for one purpose, until they are revoked. */
import { z } from "zod";
import { LIMITS } from "./limits.ts";
import { SCOPE_NAMES, type ScopeName } from "./scopes.ts";

/** The input of `token.add`. */
export const MakeToken = z.strictObject({
  scope: z.enum(SCOPE_NAMES),
  /** The task that a `task` token is for; only with that scope. */
  task: z.string().optional(),
  /** What it is for. With the scope `task` it is also as whom it speaks. */
  name: z.string().min(1).max(LIMITS.word).optional(),
  /** How long it lives; without end when nothing is said. */
  expires_in_s: z.number().int().min(1).max(LIMITS.tokenSeconds).optional(),
});
export type MakeToken = z.infer<typeof MakeToken>;

/** The input of `token.list`. */
export const ListTokens = z.strictObject({
  /** Also those that ran out or were revoked. */
  all: z.boolean().optional(),
});
export type ListTokens = z.infer<typeof ListTokens>;

/** The input of `token.revoke`: the id, not the token. */
export const RevokeToken = z.strictObject({ token: z.string() });
export type RevokeToken = z.infer<typeof RevokeToken>;

/** What a token is now. */
export const TOKEN_STATES = ["live", "expired", "revoked"] as const;

/** A token as everybody may see it who may see tokens: without its secret. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly scope: ScopeName;
  readonly task: string | null;
  readonly state: (typeof TOKEN_STATES)[number];
  readonly created_at: string;
  readonly created_by: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly revoked_by: string | null;
}

/** `data` of `token.add`: the only answer that ever holds the token. */
export interface NewToken extends ApiToken {
  readonly token: string;
}

/** The token as text: which one it is, and the secret. */
export const printBearer = (id: string, secret: string): string => `twk_${id}_${secret}`;

/** Null when the text is no token of that kind. */
export function parseBearer(text: string): { readonly id: string; readonly secret: string } | null {
  const match = /^twk_([0-9a-z]{10})_([\w-]{43})$/.exec(text);
  return match ? { id: match[1]!, secret: match[2]! } : null;
}
