import { findAnyTask } from "../../store/find-task.ts";
import { notesOf } from "../../store/read-notes.ts";
import { readTasks } from "../../store/read-task.ts";
import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";

/** One task, whole, with its notes; also one that is deleted. */
export const showTask: OperationOf<"task.show"> = {
  input: () => import("@taskwerk/contract/show-task").then((m) => m.ShowTask),
  run: (context, { id }) =>
    look(context, async (reader) => {
      const row = await findAnyTask(reader, context.store.prefix, id);
      const [task] = await readTasks(reader, [row.seq], context.now());
      return { data: { ...task!, notes: await notesOf(reader, row) } };
    }),
};
