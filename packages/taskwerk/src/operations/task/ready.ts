import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";
import { filterOf } from "./filter-of.ts";
import { page, sorted } from "./list.ts";

/** What can be worked on now, the most urgent first: by priority, due date, how much waits for it, age. */
export const readyTask: OperationOf<"task.ready"> = {
  input: () => import("@taskwerk/contract/list-tasks").then((m) => m.ReadyTasks),
  async run(context, input) {
    const filter = await sorted(await filterOf(context, { ...input, ready: true }), input.sort);
    return look(context, (reader) => page(context, reader, filter, input));
  },
};
