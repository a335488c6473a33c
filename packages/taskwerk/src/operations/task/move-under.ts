import { WerkError } from "@taskwerk/contract/errors";
import { isClosed } from "../../core/moves.ts";
import { findTask, rowOf } from "../../store/find-task.ts";
import { type Follower, followChildren } from "../../store/move-task.ts";
import type { Op } from "../../store/op.ts";
import { reparent } from "../../store/reparent.ts";
import type { TaskRow } from "../../store/task-row.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";
import { taskWrite } from "../task-write.ts";

/**
 * Puts tasks, each with all below it, under another one or at the top, all or none; ids stay what they are. Groups follow:
 * the old one closes when what is left in it is closed. Throws HIERARCHY_CONFLICT, DEPENDENCY_CYCLE.
 */
export const moveTasks: OperationOf<"task.move"> = {
  input: () => import("@taskwerk/contract/graph").then((m) => m.MoveTasks),
  run: (context, input) =>
    change(context, "task.move", input, async (op) => {
      const parent = input.parent === null ? null : await findTask(op.tx, op.prefix, input.parent, "parent");
      const [changed, unchanged]: [Set<number>, Set<number>] = [new Set(), new Set()];
      const followed: Follower[] = [];
      for (const id of input.ids) {
        const row = await findTask(op.tx, op.prefix, id);
        if (changed.has(row.seq)) continue;
        if (row.parent === (parent?.seq ?? null)) unchanged.add(row.seq);
        else {
          followed.push(...(await placeUnder(op, row, parent === null ? null : await rowOf(op.tx, parent.seq))));
          changed.add(row.seq);
        }
      }
      await followChildren(op, followed);
      return { data: await taskWrite(op, changed, unchanged) };
    }),
};

/**
 * Puts one task under another or at the top, and gives who has to follow. Throws HIERARCHY_CONFLICT, also for what is open
 * under what is closed, and DEPENDENCY_CYCLE.
 */
export async function placeUnder(op: Op, row: TaskRow, parent: TaskRow | null): Promise<readonly Follower[]> {
  if (parent !== null && isClosed(parent.status) && !isClosed(row.status)) {
    throw new WerkError("HIERARCHY_CONFLICT", `${parent.id} is ${parent.status}; nothing open can be put under it.`, {
      hint: `Open it again first:  taskwerk reopen ${parent.id}`,
      field: "parent",
      given: parent.id,
    });
  }
  const moved = await reparent(op, row, parent);
  const because = `${row.id} moved`;
  return [
    // To what it leaves it is as one that is closed.
    { child: { id: row.id, status: "cancelled" }, parent: row.parent, because },
    { child: moved, parent: moved.parent, because },
  ];
}
