import type { TaskWrite } from "@taskwerk/contract/task";
import { announceReady } from "../store/announce-ready.ts";
import type { Op } from "../store/op.ts";
import { readTasks } from "../store/read-task.ts";

/**
 * What a task write answers: the changed and the unchanged tasks as they are now, and others that became ready by it; of
 * each at most `most`.
 */
export async function taskWrite(
  op: Op,
  changed: Iterable<number>,
  unchanged: Iterable<number> = [],
  most = Number.POSITIVE_INFINITY,
): Promise<TaskWrite> {
  const [moved, same] = [new Set(changed), new Set(unchanged)];
  const ready = await announceReady(op);
  return {
    changed: await readTasks(op.tx, some([...moved], most), op.now),
    unchanged: await readTasks(
      op.tx,
      [...same].filter((seq) => !moved.has(seq)),
      op.now,
    ),
    unblocked: await readTasks(
      op.tx,
      some(
        ready.filter((seq) => !moved.has(seq) && !same.has(seq)),
        most,
      ),
      op.now,
    ),
  };
}

const some = (seqs: readonly number[], most: number): readonly number[] =>
  seqs.length <= most ? seqs : seqs.slice(0, most);
