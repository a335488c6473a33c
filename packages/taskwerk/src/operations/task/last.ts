import { lastTouched } from "../../store/last-touched.ts";
import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";

/** The task that the caller changed last, in his session where he has one. Throws TASK_NOT_FOUND. */
export const lastTask: OperationOf<"task.last"> = {
  input: () => import("@taskwerk/contract/no-input").then((m) => m.NoInput),
  run: (context) =>
    look(context, async (reader) => ({ data: await lastTouched(reader, context.actor, context.session) })),
};
