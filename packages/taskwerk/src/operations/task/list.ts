import { STATUSES, type Status } from "@taskwerk/contract/status";
import type { ListTasks } from "@taskwerk/contract/task";
import { checkLimit } from "../../core/limit.ts";
import { isClosed, parseStatus } from "../../core/moves.ts";
import { findTask } from "../../store/find-task.ts";
import { type ListFilter, listTasks } from "../../store/list-tasks.ts";
import type { Reader } from "../../store/open.ts";
import { readTasks } from "../../store/read-task.ts";
import { requireSession } from "../../store/sessions.ts";
import { look } from "../look.ts";
import type { OperationContext, OperationOf, Outcome } from "../operation.ts";

const OPEN: readonly Status[] = STATUSES.filter((status) => !isClosed(status));

/** Open tasks, or those that the filters name, the most urgent first. A session lists all it changed, whatever became of it. */
export const listTask: OperationOf<"task.list"> = {
  input: () => import("@taskwerk/contract/task").then((m) => m.ListTasks),
  run: (context, input) =>
    look(context, async (reader) => page(context, reader, await filterOf(context, reader, input), input)),
};

/** One page of whole tasks. */
export async function page(
  { now }: OperationContext,
  reader: Reader,
  filter: ListFilter,
  input: Pick<ListTasks, "limit" | "cursor">,
): Promise<Outcome<Awaited<ReturnType<typeof readTasks>>>> {
  const moment = now();
  const limit = checkLimit(input.limit);
  const { seqs, page } = await listTasks(reader, filter, moment.toISOString(), limit, input.cursor);
  return { data: await readTasks(reader, seqs, moment), page };
}

/** Which tasks an input means. Throws SESSION_NOT_FOUND, TASK_NOT_FOUND for the parent, INVALID_STATUS. */
export async function filterOf({ store }: OperationContext, reader: Reader, input: ListTasks): Promise<ListFilter> {
  const { status, tag, assignee, parent, priority, session, key_prefix, ready = false, all = false } = input;
  if (session !== undefined) await requireSession(reader, session);
  const every = all || ready || session !== undefined;
  return {
    ...(status?.length ? { statuses: status.map(parseStatus) } : every ? {} : { statuses: OPEN }),
    ...(tag?.length ? { tags: tag } : {}),
    ...(assignee === undefined ? {} : { assignee }),
    ...(parent === undefined ? {} : { parent: (await findTask(reader, store.prefix, parent, "parent")).seq }),
    ...(priority?.length ? { priorities: priority } : {}),
    ...(session === undefined ? {} : { session }),
    ...(key_prefix === undefined ? {} : { keyPrefix: key_prefix }),
    ...(ready ? { ready } : {}),
  };
}
