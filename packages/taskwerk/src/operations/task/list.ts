import type { ListTasks } from "@taskwerk/contract/list-tasks";
import { checkLimit } from "../../core/limit.ts";
import { type ListFilter, listTasks } from "../../store/list-tasks.ts";
import type { Reader } from "../../store/open.ts";
import { readTasks } from "../../store/read-task.ts";
import { look } from "../look.ts";
import type { OperationContext, OperationOf, Outcome } from "../operation.ts";
import { filterOf } from "./filter-of.ts";

/** Open tasks, or those that the filters name, the most urgent first. A session lists all it changed, whatever became of it. */
export const listTask: OperationOf<"task.list"> = {
  input: () => import("@taskwerk/contract/list-tasks").then((m) => m.ListTasks),
  async run(context, input) {
    const filter = await sorted(await filterOf(context, input), input.sort);
    if (!input.tree) return look(context, (reader) => page(context, reader, filter, input));
    const { treePage } = await import("./list-tree.ts");
    return look(context, (reader) => treePage(context, reader, filter, input));
  },
};

/** One page of whole tasks. */
export async function page(
  { now, store }: OperationContext,
  reader: Reader,
  filter: ListFilter,
  input: Pick<ListTasks, "limit" | "cursor">,
): Promise<Outcome<Awaited<ReturnType<typeof readTasks>>>> {
  const moment = now();
  const limit = checkLimit(input.limit);
  const { seqs, page } = await listTasks(reader, store.prefix, filter, moment.toISOString(), limit, input.cursor);
  const { meant } = filter;
  return {
    data: await readTasks(reader, seqs, moment),
    page,
    ...(page.total === 0 && meant ? { warnings: [`looked for as text; as a term it is:  ${meant.join("  ")}`] } : {}),
  };
}

/** The filter in an order of somebody's choice. Throws INVALID_QUERY. */
export async function sorted(filter: ListFilter, sort: string | undefined): Promise<ListFilter> {
  if (sort === undefined) return filter;
  const [{ parseSort }, { orderBy }] = await Promise.all([
    import("../../core/sort.ts"),
    import("../../store/list-order.ts"),
  ]);
  return { ...filter, order: orderBy(parseSort(sort)) };
}
