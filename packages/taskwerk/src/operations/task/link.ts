import { WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";
import { LINK_TYPES } from "@taskwerk/contract/link-types";
import { changeTask } from "../../store/change-task.ts";
import { findTask } from "../../store/find-task.ts";
import { addLink, removeLink } from "../../store/links.ts";
import { emit } from "../../store/op.ts";
import { readHanging } from "../../store/tell-update.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";
import { taskWrite } from "../task-write.ts";

/** Says where a task leads: to a commit, a pull request, a branch, an address or a file. Needs no claim. */
export const linkTask: OperationOf<"task.link"> = {
  input: () => import("@taskwerk/contract/details").then((m) => m.EditLinks),
  run: (context, input) =>
    change(context, "task.link", input, async (op) => {
      const { id, add = [], remove = [] } = input;
      for (const { type, target } of [...add, ...remove]) checkLink(type, target);
      const row = await findTask(op.tx, op.prefix, id);
      const before = await readHanging(op, row, ["links"]);
      const changes: boolean[] = [];
      for (const { type, target } of remove) changes.push(await removeLink(op, row, type, target.trim()));
      for (const { type, target } of add) changes.push(await addLink(op, row, type, target.trim()));
      if (!changes.includes(true)) return { data: await taskWrite(op, [], [row.seq]) };
      await changeTask(op, row, {}, true);
      const after = await readHanging(op, row, ["links"]);
      emit(op, "task.updated", row.id, { fields: ["links"], before, after });
      return { data: await taskWrite(op, [row.seq]) };
    }),
};

/** Throws VALIDATION_FAILED. */
function checkLink(type: string, target: string): void {
  const wrong = (field: string, message: string): WerkError =>
    new WerkError("VALIDATION_FAILED", message, { field, given: target.slice(0, 100) });
  if (!LINK_TYPES.some((one) => one === type)) {
    throw wrong("type", `there is no kind of link "${type}": it is one of ${LINK_TYPES.join(", ")}.`);
  }
  const word = target.trim();
  if (word === "") throw wrong("target", `the ${type} is empty.`);
  if (word.length > LIMITS.item) throw wrong("target", `the ${type} is longer than ${LIMITS.item} characters.`);
  if (/[\p{Cc}\p{Surrogate}]/u.test(word)) throw wrong("target", `the ${type} has a control character in it.`);
}
