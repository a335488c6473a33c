import type { Status } from "@taskwerk/contract/status";
import { eventOf, isClosed } from "../core/moves.ts";
import { checkEvidence } from "../core/proof.ts";
import { changeTask } from "./change-task.ts";
import { countMove } from "./counters.ts";
import { rowOf } from "./find-task.ts";
import { emit, type Op } from "./op.ts";
import { isGroup, type TaskRow } from "./task-row.ts";
import { tellExpired } from "./told-until.ts";

/** Where a task goes, and what is to be remembered of it. */
export interface Move {
  readonly to: Status;
  readonly reason?: string | null;
  readonly evidence?: Readonly<Record<string, unknown>>;
  /** With cancelled: what depends on it may go on. */
  readonly satisfy?: boolean;
  /** Set for a move that nobody asked for: what it follows from. */
  readonly because?: string;
}

/**
 * Moves a task to another status and lets all that hangs on it follow: counters, its claim, its time; a group closes
 * with its last child and opens with its first. Whether the move is allowed has been asked before.
 */
export async function moveTask(op: Op, row: TaskRow, move: Move): Promise<TaskRow> {
  const { to, reason = null, evidence, satisfy = false, because } = move;
  const keepsClaim = to === "in-progress" || to === "review";
  if (!keepsClaim) await tellExpired(op, row);
  const moved = await changeTask(op, row, {
    status: to,
    status_reason: reason,
    satisfied: Number(to === "cancelled" && satisfy),
    ...(evidence ? { evidence: withEvidence(row, evidence) } : {}),
    ...times(op, row, to),
    // What is to be done again is in sight again.
    ...(row.archived_at === null || isClosed(to) ? {} : { archived_at: null }),
    ...(keepsClaim || row.claim_by === null ? {} : NO_CLAIM),
  });
  await countMove(op, row, moved);
  emit(op, eventOf(row.status, to), row.id, {
    before: { status: row.status },
    after: { status: to },
    ...(reason === null ? {} : { reason }),
    ...(evidence ? { evidence } : {}),
    ...(because === undefined ? {} : { because }),
  });
  op.released.add(row.seq);
  if (moved.parent !== null) await followChild(op, moved, moved.parent);
  return moved;
}

/** What a task has as proof with what is added to it, as it is stored. Throws VALIDATION_FAILED when it becomes too much. */
export function withEvidence(row: TaskRow, evidence: Readonly<Record<string, unknown>>): string {
  const all = { ...JSON.parse(row.evidence), ...evidence };
  checkEvidence(all);
  return JSON.stringify(all);
}

/** A claim that is over. */
export const NO_CLAIM = { claim_by: null, claim_until: null, claim_lease_s: null } as const;

/** Milliseconds since a task in progress began to count its time; 0 for any other. A clock that steps back takes none away. */
export const spentBy = ({ active_since }: Pick<TaskRow, "active_since">, now: Date): number =>
  active_since === null ? 0 : Math.max(0, now.getTime() - Date.parse(active_since));

function times(op: Op, row: TaskRow, to: Status): Partial<TaskRow> {
  return {
    active_ms: row.active_ms + spentBy(row, op.now),
    active_since: to === "in-progress" ? op.at : null,
    started_at: row.started_at ?? (to === "in-progress" ? op.at : null),
    completed_at: isClosed(to) ? (row.completed_at ?? op.at) : null,
  };
}

/** Lets a parent follow what its child, moved or new, has become: a group closes with the last, a closed one opens. */
export async function followChild(
  op: Op,
  child: Pick<TaskRow, "id" | "status">,
  parentSeq: number,
  because = `${child.id} ${child.status}`,
): Promise<void> {
  if (isClosed(child.status)) return followClosed(op, parentSeq, because);
  const parent = await rowOf(op.tx, parentSeq);
  if (parent.deleted_at === null && isClosed(parent.status)) await moveTask(op, parent, { to: "todo", because });
}

/** A child that has come to a parent, or has gone from it, and why. */
export interface Follower {
  readonly child: Pick<TaskRow, "id" | "status">;
  readonly parent: number | null;
  readonly because: string;
}

/** Lets parents follow when all their children are where they go to: first what opens them, so that none closes between. */
export async function followChildren(op: Op, followers: readonly Follower[]): Promise<void> {
  const openFirst = followers.toSorted((a, b) => Number(isClosed(a.child.status)) - Number(isClosed(b.child.status)));
  for (const { child, parent, because } of openFirst)
    if (parent !== null) await followChild(op, child, parent, because);
}

/** True for a group that is open and has nothing open in it. */
export const closesByItself = (row: TaskRow): boolean =>
  row.deleted_at === null && isGroup(row) && row.open_children === 0 && !isClosed(row.status);

/** Lets a group close that has nothing open in it: as done if one of its children is, else as cancelled. */
export async function followClosed(op: Op, seq: number, because: string): Promise<void> {
  const parent = await rowOf(op.tx, seq);
  if (!closesByItself(parent)) return;
  const done = await op.tx.get(
    "select 1 from tasks where parent = ? and status = 'done' and deleted_at is null limit 1",
    [parent.seq],
  );
  await moveTask(op, parent, { to: done ? "done" : "cancelled", because });
}
