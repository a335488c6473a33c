import type { Note } from "@taskwerk/contract/client";
import { BRIEF_TOKENS } from "@taskwerk/contract/context";
import { WerkError } from "@taskwerk/contract/errors";
import { briefOf } from "../../core/brief.ts";
import { findAnyTask } from "../../store/find-task.ts";
import type { Reader } from "../../store/open.ts";
import { notesOf } from "../../store/read-notes.ts";
import { readTasks } from "../../store/read-task.ts";
import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";

/** A brief of one task: what it is part of, what came of what it builds on, criteria, notes, files; within a budget. */
export const contextTask: OperationOf<"task.context"> = {
  input: () => import("@taskwerk/contract/context").then((m) => m.TaskContext),
  run: (context, { id, budget = BRIEF_TOKENS.default }) =>
    look(context, async (reader) => {
      checkBudget(budget);
      const row = await findAnyTask(reader, context.store.prefix, id);
      const read = async (query: string) =>
        readTasks(
          reader,
          (await reader.all<{ seq: number }>(query, [row.seq])).map(({ seq }) => seq),
          context.now(),
        );
      const [task] = await readTasks(reader, [row.seq], context.now());
      const outcomes = await read("select blocker as seq from deps where task = ? order by blocker limit 1000");
      const last = await lastNotes(reader, row.seq);
      const parts = {
        task: task!,
        notes: await notesOf(reader, row),
        goal: await read(ABOVE),
        outcomes: outcomes.map((one) => ({ task: one, note: last.get(one.id) ?? null })),
        waiting: await read(
          `select d.task as seq from deps d join tasks t on t.seq = d.task
           where d.blocker = ? and t.deleted_at is null order by d.task limit 1000`,
        ),
      };
      return { data: briefOf(parts, budget) };
    }),
};

/** The top first. */
const ABOVE = `
with recursive above (seq, parent, depth) as (
  select p.seq, p.parent, p.depth from tasks t join tasks p on p.seq = t.parent where t.seq = ?
  union all
  select p.seq, p.parent, p.depth from tasks p join above on p.seq = above.parent
)
select seq from above order by depth`;

/** The last note on each task that this one depends on, by its id. */
async function lastNotes(reader: Reader, seq: number): Promise<ReadonlyMap<string, Note>> {
  const rows = await reader.all<Note>(
    `select n.id, t.id as task, n.type, n.text, n.at, n.by from deps d join tasks t on t.seq = d.blocker
     join notes n on n.seq = (select max(seq) from notes where task = d.blocker) where d.task = ?`,
    [seq],
  );
  return new Map(rows.map((note) => [note.task, note]));
}

function checkBudget(budget: number): void {
  if (Number.isSafeInteger(budget) && budget >= BRIEF_TOKENS.least && budget <= BRIEF_TOKENS.most) return;
  throw new WerkError("VALIDATION_FAILED", `a budget is ${BRIEF_TOKENS.least} to ${BRIEF_TOKENS.most} tokens.`, {
    hint: "For example:  taskwerk context ID --budget 4000",
    field: "budget",
    given: String(budget),
  });
}
