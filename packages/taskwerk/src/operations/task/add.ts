import { WerkError } from "@taskwerk/contract/errors";
import { type Problem, throwProblems } from "../../core/check-value.ts";
import { checkFields, type FieldName, OWN_FIELDS } from "../../core/fields.ts";
import { printId } from "../../core/ids.ts";
import { addDependency } from "../../store/deps.ts";
import { findTask, rowOf } from "../../store/find-task.ts";
import { checkParent, insertTask, newRow, nextSeq, takeNumbers } from "../../store/new-task.ts";
import { addNote } from "../../store/notes.ts";
import type { Op } from "../../store/op.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";
import { taskWrite } from "../task-write.ts";

const FIELDS: ReadonlySet<string> = new Set([
  ...OWN_FIELDS,
  "tags",
  "acceptance",
  "key",
  "parent",
  "depends_on",
  "blocks",
  "note",
] as const satisfies readonly FieldName[]);

/** Adds one task. With `key` and `if_absent`, the task that has the key comes back under `unchanged`. */
export const addTask: OperationOf<"task.add"> = {
  input: () => import("@taskwerk/contract/add-task").then((m) => m.AddTask),
  run: (context, input) =>
    change(context, "task.add", input, async (op) => {
      const { if_absent = false, ...given } = input;
      const problems: Problem[] = [];
      const fields = checkFields({ ...given, title: given.title ?? "" }, FIELDS, op.now, (problem) =>
        problems.push(problem),
      );
      throwProblems(problems);

      const there = fields.key ? await taskOfKey(op, fields.key) : undefined;
      if (there && if_absent) return { data: await taskWrite(op, [], [there.seq]) };
      if (there) throw duplicateKey(fields.key!, there.id);

      const parent = fields.parent ? await findTask(op.tx, op.prefix, fields.parent, "parent") : null;
      if (parent) checkParent(parent);
      const number = await takeNumbers(op, parent?.seq ?? 0, 1);
      const id = parent ? `${parent.id}.${number}` : printId(op.prefix, [number]);
      const seq = await nextSeq(op);
      await insertTask(op, newRow(op, fields, { seq, id, uid: op.newUid(), parent }), fields);
      await addDependencies(op, seq, fields.depends_on ?? [], fields.blocks ?? []);
      if (fields.note) await addNote(op, await rowOf(op.tx, seq), "comment", fields.note);
      return { data: await taskWrite(op, [seq]) };
    }),
};

async function addDependencies(
  op: Op,
  seq: number,
  dependsOn: readonly string[],
  blocks: readonly string[],
): Promise<void> {
  for (const id of dependsOn) {
    await addDependency(op, await rowOf(op.tx, seq), await findTask(op.tx, op.prefix, id, "depends_on"));
  }
  for (const id of blocks) {
    await addDependency(op, await findTask(op.tx, op.prefix, id, "blocks"), await rowOf(op.tx, seq));
  }
}

const taskOfKey = (op: Op, key: string) =>
  op.tx.get<{ seq: number; id: string }>("select seq, id from tasks where key = ?", [key]);

/** The error for a key that a task has already. */
const duplicateKey = (key: string, id: string): WerkError =>
  new WerkError("DUPLICATE_KEY", `${id} has the key "${key}" already.`, {
    hint: `See it:  taskwerk show ${id}   (add --if-absent makes this no error)`,
    field: "key",
    given: key,
    details: { id },
  });
