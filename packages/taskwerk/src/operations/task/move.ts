import { WerkError } from "@taskwerk/contract/errors";
import type { Status } from "@taskwerk/contract/status";
import type { TransitionTask } from "@taskwerk/contract/transition";
import { checkMove, isClosed } from "../../core/moves.ts";
import { some } from "../../core/some.ts";
import { waitingWords } from "../../core/waiting-words.ts";
import { changeTask } from "../../store/change-task.ts";
import { checkClaim, isClaimed, isTokenOf } from "../../store/claims.ts";
import { endClaim } from "../../store/end-claim.ts";
import { rowOf } from "../../store/find-task.ts";
import { addLinks } from "../../store/links.ts";
import { moveTask, NO_CLAIM, withEvidence } from "../../store/move-task.ts";
import { addNote } from "../../store/notes.ts";
import type { Op } from "../../store/op.ts";
import { openDependants } from "../../store/open-dependants.ts";
import type { TaskRow } from "../../store/task-row.ts";
import { tellUpdate } from "../../store/tell-update.ts";
import { tellExpired } from "../../store/told-until.ts";

/** Where a task shall go, and how. */
export type Wish = Omit<TransitionTask, "ids" | "next">;

/**
 * Moves one task by the rules of transitions, claims and hierarchy. False when it has that status already, for no
 * other reason and with nothing new to show for it. Throws INVALID_TRANSITION, CLAIM_REQUIRED, CLAIM_LOST, DEPENDENCY_OPEN.
 */
export async function move(op: Op, seen: TaskRow, wish: Wish): Promise<boolean> {
  const row = wish.force ? await endClaim(op, seen) : seen;
  const { to, from, reason, note, evidence, claim, cascade = false, satisfy = false } = wish;
  const settles = to === "cancelled" && satisfy && row.satisfied === 0;
  const moves = row.status !== to || settles;
  if (moves) {
    checkClaim(row, claim, op.at, to);
    checkMove(row.id, row.status, to, from);
    if (isClosed(to) && row.open_children > 0) await closeChildren(op, row, wish, cascade);
    await warn(op, row, wish);
    const now = await endLapsed(op, await rowOf(op.tx, row.seq), wish);
    if (now.status !== to || settles) {
      await moveTask(op, now, { to, satisfy, reason: reason ?? null, ...(evidence ? { evidence } : {}) });
    }
    if (evidence) await addLinks(op, row, evidence);
  }
  const said = !moves && (await saysOtherwise(op, row, wish));
  const proved = !moves && (await addEvidence(op, row.seq, evidence));
  if (note) await addNote(op, row, "comment", note);
  return moves || said || proved || row !== seen;
}

/**
 * Whoever begins a task without the token of a claim that ran out is not its holder: it ends, or the task would be offered to
 * others while he works on it. Any other row stays as it is.
 */
async function endLapsed(op: Op, row: TaskRow, { to, claim }: Wish): Promise<TaskRow> {
  if (to !== "in-progress" || row.claim_by === null || isClaimed(row, op.at) || isTokenOf(row, claim)) return row;
  await tellExpired(op, row);
  return changeTask(op, row, NO_CLAIM);
}

const HELD: readonly Status[] = ["blocked", "paused", "cancelled"];

/** A task that is held already, for another reason now. False when nothing is new. */
async function saysOtherwise(op: Op, row: TaskRow, { to, reason, claim }: Wish): Promise<boolean> {
  if (!HELD.includes(to) || !reason || reason === row.status_reason) return false;
  checkClaim(row, claim, op.at, to);
  const after = await changeTask(op, row, { status_reason: reason });
  tellUpdate(op, row, after, ["status_reason"]);
  return true;
}

/** What shows that a task is where it is already, told later. False when nothing is new. */
async function addEvidence(op: Op, seq: number, evidence: Wish["evidence"]): Promise<boolean> {
  if (!evidence) return false;
  const row = await rowOf(op.tx, seq);
  const after = await changeTask(op, row, { evidence: withEvidence(row, evidence) });
  if (after === row) return false;
  await addLinks(op, after, evidence);
  tellUpdate(op, row, after, ["evidence"]);
  return true;
}

async function closeChildren(
  op: Op,
  row: TaskRow,
  { to, satisfy = false, claim, force = false }: Wish,
  cascade: boolean,
): Promise<void> {
  const open = await op.tx.all<{ seq: number; id: string }>(
    `with recursive below (seq) as (
       select seq from tasks where parent = ? union all select t.seq from tasks t join below b on t.parent = b.seq
     )
     select seq, id from tasks
     where seq in (select seq from below) and status not in ('done', 'cancelled') and deleted_at is null
     order by depth desc, seq`,
    [row.seq],
  );
  if (!cascade) {
    const ids = open.map(({ id }) => id);
    throw new WerkError("DEPENDENCY_OPEN", `${row.id} has ${ids.length} open below it: ${some(ids)}.`, {
      hint: `Close them first, or all at once with --cascade.`,
      details: { id: row.id, open: ids },
    });
  }
  for (const { seq } of open) {
    const there = await rowOf(op.tx, seq);
    if (isClosed(there.status)) continue;
    const child = force ? await endClaim(op, there) : there;
    checkClaim(child, claim, op.at, to);
    await moveTask(op, child, { to, satisfy, because: `${row.id} ${to}` });
  }
}

async function warn(op: Op, row: TaskRow, { to, satisfy = false }: Wish): Promise<void> {
  if ((to === "done" || to === "in-progress") && row.open_blockers > 0) {
    const open = await op.tx.all<{ id: string }>(
      "select b.id from open_deps d join tasks b on b.seq = d.blocker where d.task = ? order by b.seq",
      [row.seq],
    );
    op.warnings.push(`${row.id} depends on what is still open: ${some(open.map(({ id }) => id))}.`);
  }
  if (to === "cancelled" && !satisfy && row.open_dependants > 0) {
    const waiting = waitingWords(row.id, await openDependants(op.tx, row.seq));
    op.warnings.push(`${waiting}. To let what depends on it go on:  taskwerk cancel ${row.id} --satisfy`);
  }
}
