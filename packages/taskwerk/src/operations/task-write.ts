import type { TaskWrite } from "@taskwerk/contract/task";
import { announceReady } from "../store/announce-ready.ts";
import type { Op } from "../store/op.ts";
import { readTasks } from "../store/read-task.ts";

/** What a task write answers: the changed and the unchanged tasks as they are now, and others that became ready by it. */
export async function taskWrite(
  op: Op,
  changed: Iterable<number>,
  unchanged: Iterable<number> = [],
): Promise<TaskWrite> {
  const [moved, same] = [new Set(changed), new Set(unchanged)];
  const ready = await announceReady(op);
  return {
    changed: await readTasks(op.tx, [...moved], op.now),
    unchanged: await readTasks(
      op.tx,
      [...same].filter((seq) => !moved.has(seq)),
      op.now,
    ),
    unblocked: await readTasks(
      op.tx,
      ready.filter((seq) => !moved.has(seq) && !same.has(seq)),
      op.now,
    ),
  };
}
