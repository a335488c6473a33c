import { WerkError } from "@taskwerk/contract/errors";
import { type Problem, throwProblems } from "../../core/check-value.ts";
import { checkFields } from "../../core/fields.ts";
import { checkNoteText } from "../../core/proof.ts";
import { changeTask } from "../../store/change-task.ts";
import { addCriteria, checkCriterion, followCriteria, removeCriterion } from "../../store/criteria.ts";
import { findTask, rowOf } from "../../store/find-task.ts";
import { emit } from "../../store/op.ts";
import { readHanging } from "../../store/tell-update.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";
import { taskWrite } from "../task-write.ts";

const ACCEPTANCE = new Set(["acceptance"]);

/**
 * Adds, checks, unchecks and takes away criteria of a task. A parent without criteria of its own is a group, with one it is
 * ready as the check of the whole. Needs no claim, unless the task closes because its last criterion goes: while somebody has
 * it, that is for him to do. Throws CRITERION_NOT_FOUND, CLAIM_REQUIRED, CLAIM_LOST.
 */
export const criteriaTask: OperationOf<"task.criteria"> = {
  input: () => import("@taskwerk/contract/details").then((m) => m.EditCriteria),
  run: (context, input) =>
    change(context, "task.criteria", input, async (op) => {
      const { id, add = [], check = [], uncheck = [], remove = [], evidence = null, claim } = input;
      const problems: Problem[] = [];
      const { acceptance = [] } = checkFields({ acceptance: add }, ACCEPTANCE, op.now, (one) => problems.push(one));
      throwProblems(problems);
      checkNoteText("evidence", evidence);
      if (evidence !== null && check.length === 0) {
        throw new WerkError("VALIDATION_FAILED", "evidence goes only with criteria to check.", {
          hint: "Type:  taskwerk ac check ID N --evidence TEXT",
          field: "evidence",
        });
      }
      const row = await findTask(op.tx, op.prefix, id);
      const before = await readHanging(op, row, ["acceptance"]);
      const changes: boolean[] = [];
      for (const n of uncheck) changes.push(await checkCriterion(op, row, n, { checked: false, evidence: null }));
      for (const n of check) changes.push(await checkCriterion(op, row, n, { checked: true, evidence }));
      for (const n of new Set(remove)) await removeCriterion(op, row, n);
      await addCriteria(
        op,
        row,
        acceptance.map(({ text }) => text),
      );
      const others = remove.length + acceptance.length > 0;
      if (!others && !changes.includes(true)) return { data: await taskWrite(op, [], [row.seq]) };
      if (others) {
        const after = await readHanging(op, row, ["acceptance"]);
        emit(op, "task.updated", row.id, { fields: ["acceptance"], before, after });
      }
      await changeTask(op, await rowOf(op.tx, row.seq), {}, true);
      if (remove.length > 0) await followCriteria(op, row.seq, claim);
      return { data: await taskWrite(op, [row.seq]) };
    }),
};
