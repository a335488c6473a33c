import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import { shellWord } from "@taskwerk/contract/shell-word";
import { checkFields, type Problem, throwProblems } from "../../core/fields.ts";
import { changeTask } from "../../store/change-task.ts";
import type { Op } from "../../store/op.ts";
import { editTags } from "../../store/tags.ts";
import type { TaskRow } from "../../store/task-row.ts";
import { change } from "../change.ts";
import type { OperationOf } from "../operation.ts";

const TAGS = new Set(["tags"]);

/** Gives every task that has one tag the other instead; where a task has both, one is left. Throws TAG_NOT_FOUND. */
export const renameTag: OperationOf<"tag.rename"> = {
  input: () => import("@taskwerk/contract/details").then((m) => m.RenameTag),
  run: (context, input) =>
    change(context, "tag.rename", input, async (op) => {
      const from = input.from.trim();
      const problems: Problem[] = [];
      const { tags } = checkFields({ tags: [input.to] }, TAGS, op.now, (problem) => problems.push(problem));
      throwProblems(problems);
      const [to] = tags!;
      const rows = await op.tx.all<TaskRow>(
        `select t.* from tags g join tasks t on t.seq = g.task where g.tag = ? and t.deleted_at is null order by t.seq`,
        [from],
      );
      if (rows.length === 0) throw await tagNotFound(op, from);
      if (from !== to) {
        for (const row of rows) {
          await editTags(op, row, [to!], [from]);
          await changeTask(op, row, {}, true);
        }
      }
      const list = `taskwerk list --all ${shellWord(`tag:${to}`)}`;
      return { data: { from, to: to!, tasks: rows.length, list } };
    }),
};

async function tagNotFound(op: Op, tag: string): Promise<WerkError> {
  const known = await op.tx.all<{ tag: string }>("select distinct tag from tags order by tag limit 1000");
  const near = nearest(
    tag,
    known.map((one) => one.tag),
  );
  return new WerkError("TAG_NOT_FOUND", `no task has the tag "${tag}".${near ? ` Did you mean "${near}"?` : ""}`, {
    hint: "See which there are:  taskwerk tag list",
    field: "from",
    given: tag,
    ...(near ? { candidates: [near] } : {}),
  });
}
