import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";
import { filterOf, page } from "./list.ts";

/** What can be worked on now, the most urgent first: by priority, due date, how much waits for it, age. */
export const readyTask: OperationOf<"task.ready"> = {
  input: () => import("@taskwerk/contract/task").then((m) => m.ReadyTasks),
  run: (context, input) =>
    look(context, async (reader) =>
      page(context, reader, await filterOf(context, reader, { ...input, ready: true }), input),
    ),
};
