/** Taking a task for a time, so that nobody else does. */
import { z } from "zod";
import { query, strings, text } from "./fields.ts";
import { LIMITS } from "./limits.ts";
import type { TaskWrite } from "./task.ts";

/** The input of `claim.take`. */
export const ClaimTask = z.strictObject({
  /** A task id; without it the most urgent ready task is taken. */
  id: z.string().optional(),
  as: z.string().min(1).max(LIMITS.word),
  /** Seconds until the claim expires unless a heartbeat comes. Default 900. */
  lease_s: z.number().int().min(1).max(LIMITS.leaseSeconds).optional(),
  tag: strings.optional(),
  /** Only one of these. */
  query,
  /** Not one whose `files` may be those of a task that somebody works on. */
  skip_file_conflicts: z.boolean().optional(),
});
export type ClaimTask = z.infer<typeof ClaimTask>;

/** What only the claimer gets: the token that status writes need while the claim lives. */
export interface ClaimGrant {
  readonly token: string;
  readonly fence: number;
  readonly lease_until: string;
}

/** `data` of a claim: a task write whose one changed task carries the grant. */
export interface ClaimResult extends TaskWrite {
  readonly claim: ClaimGrant;
}

/** The input of `claim.heartbeat`. Without `lease_s` the claim lives as long again as it was taken for. */
export const Heartbeat = z.strictObject({
  token: z.string(),
  lease_s: z.number().int().min(1).max(LIMITS.leaseSeconds).optional(),
});
export type Heartbeat = z.infer<typeof Heartbeat>;

/** The input of `claim.release`. */
export const ReleaseClaim = z.strictObject({ token: z.string(), reason: text.optional() });
export type ReleaseClaim = z.infer<typeof ReleaseClaim>;

/** The input of `claim.revoke`: ends the live claim on a task without its token; what is in progress becomes todo. */
export const RevokeClaim = z.strictObject({ id: z.string(), reason: text.optional() });
export type RevokeClaim = z.infer<typeof RevokeClaim>;
