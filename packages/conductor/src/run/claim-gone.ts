/** What taskwerk says when a task is not ours to move any more: lost, given up, moved by a person, or deleted. */
import { type ErrorCode, isWerkError } from "@taskwerk/contract/errors";

const GONE: ReadonlySet<ErrorCode> = new Set([
  "CLAIM_LOST",
  "CLAIM_REQUIRED",
  "ALREADY_CLAIMED",
  "INVALID_TRANSITION",
  "TASK_NOT_FOUND",
]);

export const isClaimGone = (error: unknown): boolean => isWerkError(error) && GONE.has(error.code);

/** Does it, unless the task is not ours any more. Answers whether it was done. */
export async function unlessGone(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (isClaimGone(error)) return false;
    throw error;
  }
}
