import { checkLink, readLink } from "../../core/link-target.ts";
import { changeTask } from "../../store/change-task.ts";
import { findTask } from "../../store/find-task.ts";
import { addLink, removeLink } from "../../store/links.ts";
import { emit } from "../../store/op.ts";
import { readHanging } from "../../store/tell-update.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";
import { taskWrite } from "../task-write.ts";

/**
 * Says where a task leads: to a commit, a pull request, a branch, an address or a file. Needs no claim. Throws
 * VALIDATION_FAILED for a target that is no such thing.
 */
export const linkTask: OperationOf<"task.link"> = {
  input: () => import("@taskwerk/contract/details").then((m) => m.EditLinks),
  run: (context, input) =>
    change(context, "task.link", input, async (op) => {
      const { id } = input;
      const add = (input.add ?? []).map(({ type, target }) => checkLink(type, target));
      const remove = (input.remove ?? []).map(({ type, target }) => readLink(type, target));
      const row = await findTask(op.tx, op.prefix, id);
      const before = await readHanging(op, row, ["links"]);
      const changes: boolean[] = [];
      for (const { type, target } of remove) changes.push(await removeLink(op, row, type, target));
      for (const { type, target } of add) changes.push(await addLink(op, row, type, target));
      if (!changes.includes(true)) return { data: await taskWrite(op, [], [row.seq]) };
      await changeTask(op, row, {}, true);
      const after = await readHanging(op, row, ["links"]);
      emit(op, "task.updated", row.id, { fields: ["links"], before, after });
      return { data: await taskWrite(op, [row.seq]) };
    }),
};
