import { WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";
import { type Problem, throwProblems } from "../../core/check-value.ts";
import { checkFields } from "../../core/fields.ts";
import { priorityOf } from "../../core/priority.ts";
import { shareOf } from "../../core/share.ts";
import { checkClaim } from "../../store/claims.ts";
import { findTask, rowOf } from "../../store/find-task.ts";
import { checkParent, insertTask, newRow, nextSeq, takeNumbers } from "../../store/new-task.ts";
import type { Op } from "../../store/op.ts";
import type { TaskRow } from "../../store/task-row.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";
import { taskWrite } from "../task-write.ts";

const TITLE = new Set(["title"]);

/**
 * Makes parts of a task, one a title, in that order; the task waits for them. They are as urgent as it is (priority, due
 * date), and have its assignee, tags, category, type and capabilities. Under a live claim it needs the token: what its
 * holder works on becomes something else. Throws HIERARCHY_CONFLICT, CLAIM_REQUIRED, CLAIM_LOST.
 */
export const splitTask: OperationOf<"task.split"> = {
  input: () => import("@taskwerk/contract/graph").then((m) => m.SplitTask),
  run: (context, input) =>
    change(context, "task.split", input, async (op) => {
      const { id, titles, divide_estimate = false, claim } = input;
      const checked = checkTitles(op, titles);
      const parent = await findTask(op.tx, op.prefix, id);
      checkClaim(parent, claim, op.at, "todo");
      checkParent(parent);
      const estimates = divide_estimate ? estimatesOf(parent, titles.length) : [];
      const shared = await sharedFields(op, parent);
      const first = await takeNumbers(op, parent.seq, titles.length);
      const made: number[] = [];
      for (const [at, title] of checked.entries()) {
        const fields = { ...shared, title, ...(divide_estimate ? { estimate_minutes: estimates[at]! } : {}) };
        const place = { seq: await nextSeq(op), id: `${parent.id}.${first + at}`, uid: op.newUid() };
        await insertTask(op, newRow(op, fields, { ...place, parent: await rowOf(op.tx, parent.seq) }), fields);
        made.push(place.seq);
      }
      return { data: await taskWrite(op, made) };
    }),
};

function checkTitles(op: Op, titles: readonly string[]): readonly string[] {
  if (titles.length === 0 || titles.length > LIMITS.listItems) {
    throw new WerkError("VALIDATION_FAILED", `a task is split into 1 to ${LIMITS.listItems} parts.`, {
      hint: "Type:  taskwerk split ID TITLE TITLE",
      field: "titles",
    });
  }
  const problems: Problem[] = [];
  const checked = titles.map((title) => checkFields({ title }, TITLE, op.now, (problem) => problems.push(problem)));
  throwProblems(problems);
  return checked.map(({ title }) => title!);
}

function estimatesOf({ id, estimate_minutes }: TaskRow, parts: number): readonly number[] {
  if (estimate_minutes !== null) return shareOf(estimate_minutes, parts);
  throw new WerkError("VALIDATION_FAILED", `${id} has no estimate to divide.`, {
    hint: `Give it one:  taskwerk update ${id} --estimate 4h`,
    field: "divide_estimate",
  });
}

async function sharedFields(op: Op, row: TaskRow) {
  const tags = await op.tx.all<{ tag: string }>("select tag from tags where task = ? order by tag", [row.seq]);
  const { type, assignee, category, due_at } = row;
  return {
    priority: priorityOf(row.priority),
    type,
    assignee,
    category,
    due_at,
    capabilities: JSON.parse(row.capabilities) as string[],
    tags: tags.map(({ tag }) => tag),
  };
}
