/** How an attempt ends, and which errors are an end of it alone. */
import { type ErrorCode, isWerkError } from "@taskwerk/contract/errors";
import type { BlockerKind } from "../model/blocker.ts";
import type { Stage } from "../model/run.ts";
import { isClaimGone } from "./claim-gone.ts";
import type { RunContext } from "./context.ts";

/** How it ended. `provider`: nobody's fault; the account has to wait. `budget`: the money is used up. */
export type AttemptEnd =
  | { readonly kind: "landed" }
  | { readonly kind: "failed" | "no-change" | "cancelled"; readonly reason: string }
  | { readonly kind: "blocked"; readonly blocker: BlockerKind; readonly reason: string }
  /** Somebody stopped the run: what is there already is gone on with. */
  | { readonly kind: "stopped"; readonly reason: string }
  /** A person has put its task aside: nobody begins it before they continue it. */
  | { readonly kind: "aside"; readonly reason: string }
  | { readonly kind: "waiting"; readonly decision: string }
  | { readonly kind: "provider"; readonly reason: string; readonly resetAt: string | null; readonly fatal: boolean }
  | { readonly kind: "budget"; readonly reason: string };

/** The stage in which it stays. */
export const stageOf = ({ kind }: AttemptEnd): Stage => STAGE_OF[kind];

const STAGE_OF: Readonly<Record<AttemptEnd["kind"], Stage>> = {
  landed: "landed",
  failed: "failed",
  blocked: "blocked",
  "no-change": "no-change",
  cancelled: "cancelled",
  stopped: "interrupted",
  aside: "interrupted",
  waiting: "interrupted",
  provider: "interrupted",
  budget: "interrupted",
};

/** Why, in words; null when it landed. */
export const reasonOf = (end: AttemptEnd): string | null =>
  "reason" in end ? end.reason : "decision" in end ? waitsFor(end.decision) : null;

/** Why an attempt was put down that waits for what people say to this card. */
export const waitsFor = (decision: string): string => `waits for ${decision}`;

/** What an error means for the task alone. Throws on what no other task would fare better with. */
export function endOfError({ onDefect }: RunContext, error: unknown): AttemptEnd {
  if (isWerkError(error)) {
    // No agent can mend what it never had a say in.
    if (error.code === "SETUP_FAILED") return { kind: "blocked", blocker: "setup", reason: error.message };
    if (error.code === "POLICY_UNMET") return { kind: "blocked", blocker: "policy", reason: error.message };
    if (error.code === "INTERRUPTED") return { kind: "stopped", reason: error.message };
    if (isClaimGone(error)) return CLAIM_LOST;
    if (EVERYBODYS.has(error.code)) throw error;
  }
  if (isNoRoom(error)) throw error;
  onDefect(error);
  return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
}

export const CLAIM_LOST: AttemptEnd = { kind: "cancelled", reason: "its claim was lost" };

const isNoRoom = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");

const EVERYBODYS: ReadonlySet<ErrorCode> = new Set([
  "TASKWERK_UNREACHABLE",
  "UNAUTHORIZED",
  "FORBIDDEN",
  "STORE_BUSY",
  "STORE_FULL",
  "STORE_UNREADABLE",
  "STORE_CORRUPT",
  "STORE_NOT_FOUND",
  "SCHEMA_TOO_NEW",
  "READ_ONLY",
]);
