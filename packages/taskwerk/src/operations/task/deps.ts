import type { TaskWrite } from "@taskwerk/contract/task";
import { changeTask } from "../../store/change-task.ts";
import { findTask } from "../../store/find-task.ts";
import type { Op } from "../../store/op.ts";
import { change } from "../change.ts";
import type { OperationOf, Outcome } from "../operation.ts";
import { rehearse } from "../rehearse.ts";
import { taskWrite } from "../task-write.ts";
import { editDependencies } from "./edit-dependencies.ts";

/** Changes what a task depends on. Throws DEPENDENCY_CYCLE with the path, HIERARCHY_CONFLICT. */
export const depsTask: OperationOf<"task.deps"> = {
  input: () => import("@taskwerk/contract/graph").then((m) => m.EditDeps),
  run(context, input) {
    const work = async (op: Op): Promise<Outcome<TaskWrite>> => {
      const { id, add = [], remove = [] } = input;
      const row = await findTask(op.tx, op.prefix, id);
      if (!(await editDependencies(op, row, add, remove))) return { data: await taskWrite(op, [], [row.seq]) };
      await changeTask(op, row, {}, true);
      return { data: await taskWrite(op, [row.seq]) };
    };
    return input.dry_run ? rehearse(context, "task.deps", input, work) : change(context, "task.deps", input, work);
  },
};
