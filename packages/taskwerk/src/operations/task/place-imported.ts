import { rowOf } from "../../store/find-task.ts";
import { type Follower, followChildren } from "../../store/move-task.ts";
import type { Op } from "../../store/op.ts";
import { placeUnder } from "./move-under.ts";

/** Where a task of the store is to lie: row numbers of tasks; null for the top. */
export interface WishedPlace {
  readonly seq: number;
  readonly parent: number | null;
}

/**
 * Puts tasks where an import says, as `move` does; what lies where it shall already stays. One that a new parent lies under
 * goes first, so that the order of the file does not matter: also a parent and its child may change places. Gives the row
 * numbers of those that moved; what `move` refuses goes to `refuse`.
 */
export async function placeImported(
  op: Op,
  wishes: readonly WishedPlace[],
  refuse: (seq: number, error: unknown) => void,
): Promise<ReadonlySet<number>> {
  const moved = new Set<number>();
  const followed: Follower[] = [];
  const pending = new Map<number, number | null>();
  for (const { seq, parent } of wishes) {
    if ((await rowOf(op.tx, seq)).parent !== parent) pending.set(seq, parent);
  }
  const place = async ({ seq, parent }: WishedPlace): Promise<void> => {
    try {
      const above = parent === null ? null : await rowOf(op.tx, parent);
      followed.push(...(await placeUnder(op, await rowOf(op.tx, seq), above)));
      moved.add(seq);
    } catch (error) {
      refuse(seq, error);
    }
  };
  // A file may wish a line of any length: what waits for what lies above it is a list, not a stack of calls.
  const waiting: { readonly wish: WishedPlace; above: number | null; asked: boolean }[] = [];
  const ask = (seq: number): void => {
    const parent = pending.get(seq);
    if (parent === undefined) return;
    pending.delete(seq);
    waiting.push({ wish: { seq, parent }, above: parent, asked: false });
  };
  for (const { seq } of wishes) {
    ask(seq);
    for (let one = waiting.at(-1); one !== undefined; one = waiting.at(-1)) {
      if (one.above === null) {
        waiting.pop();
        await place(one.wish);
      } else if (one.asked) {
        one.above = (await rowOf(op.tx, one.above)).parent;
        one.asked = false;
      } else {
        one.asked = true;
        ask(one.above);
      }
    }
  }
  await followChildren(op, followed);
  return moved;
}
