import { parseToken } from "@taskwerk/contract/claim-token";
import { WerkError } from "@taskwerk/contract/errors";
import type { Status } from "@taskwerk/contract/status";
import type { Tx } from "@taskwerk/sqlite/database";
import { verbFor } from "../core/moves.ts";
import { timeLeft } from "../core/time-left.ts";
import type { TaskRow } from "./task-row.ts";

/** True while somebody has the task. */
export const isClaimed = (row: Pick<TaskRow, "claim_until">, at: string): boolean =>
  row.claim_until !== null && row.claim_until > at;

/**
 * Lets a move to a status pass: with the right token, or where no claim lives. The token of another task counts as none.
 * Throws CLAIM_REQUIRED without a token, CLAIM_LOST with one that a later claim has overtaken or that has ended.
 */
export function checkClaim(
  row: TaskRow,
  token: string | undefined,
  at: string,
  to: Status | "deleted" | "criteria",
): void {
  const held = token === undefined ? null : readToken(token);
  if (held?.uid !== row.uid) {
    if (!isClaimed(row, at)) return;
    throw new WerkError(
      "CLAIM_REQUIRED",
      `${row.id} is claimed by ${row.claim_by}, for ${timeLeft(at, row.claim_until!)} more.`,
      {
        hint: [
          `With the token that claim printed:  taskwerk ${typed(row, to)} --claim TOKEN`,
          `A note needs no claim:  taskwerk note ${row.id} TEXT`,
          "Taking over a claim:  taskwerk help claims",
        ].join("\n"),
        details: { id: row.id, by: row.claim_by, lease_until: row.claim_until },
      },
    );
  }
  if (held.fence !== row.fence || row.claim_by === null) throw lost(`the claim of ${row.id} is over.`, row);
}

function typed({ id, status }: TaskRow, to: Status | "deleted" | "criteria"): string {
  if (to === "criteria") return `ac rm ${id} N`;
  return `${to === "deleted" ? "delete" : verbFor(status, to)} ${id}`;
}

/** The task whose claim the token is. Throws CLAIM_LOST when that claim is over, TASK_NOT_FOUND, VALIDATION_FAILED. */
export async function taskOfToken(tx: Tx, token: string): Promise<TaskRow> {
  const { uid, fence } = readToken(token);
  const row = await tx.get<TaskRow>("select * from tasks where uid = ? and deleted_at is null", [uid]);
  if (!row)
    throw new WerkError("TASK_NOT_FOUND", "the task of that claim is gone.", {
      hint: "What you have:  taskwerk claims",
      field: "token",
      given: token,
    });
  if (row.fence === fence && row.claim_by !== null) return row;
  throw lost(`the claim of ${row.id} is over.`, row);
}

/** True for the token of the claim that the task has now. */
export const isTokenOf = (row: TaskRow, token: string | undefined): boolean =>
  token !== undefined && token.trim() === `${row.uid}.${row.fence}`;

function readToken(token: string): { uid: string; fence: number } {
  const read = parseToken(token);
  if (read) return read;
  throw new WerkError("VALIDATION_FAILED", "that is no claim token.", {
    hint: "claim prints it:  taskwerk claim --next",
    field: "claim",
    given: token.slice(0, 100),
  });
}

const lost = (message: string, row: TaskRow): WerkError =>
  new WerkError("CLAIM_LOST", message, {
    hint: "Stop working on it; claim it anew if it is ready.",
    details: { id: row.id, by: row.claim_by, lease_until: row.claim_until },
  });
