import { WerkError } from "@taskwerk/contract/errors";
import type { ListTasks } from "@taskwerk/contract/list-tasks";
import type { Declaring } from "@taskwerk/terminal/command/declare";
import type { Arguments } from "@taskwerk/terminal/command/verb";
import { allQueries } from "../../core/query/all-queries.ts";
import type { App } from "../app.ts";
import { queryOf } from "../query-words.ts";
import { taskId } from "../task-ids.ts";
import { collectList, wordsOf } from "../verb.ts";
import { priorityOf, statusOf } from "./words.ts";

/** Flags of everything that lists tasks. */
export interface ListFlags {
  readonly status?: readonly string[];
  readonly tag?: readonly string[];
  readonly assignee?: string;
  readonly parent?: string;
  readonly priority?: readonly string[];
  readonly key?: string;
  readonly all?: boolean;
  readonly tree?: boolean;
  readonly watch?: boolean;
  readonly sort?: string;
  readonly limit?: string;
  readonly cursor?: string;
}

/** What every list takes: a query, how much of it, and in which order. */
export const addPageFlags = (command: Declaring): Declaring =>
  command
    .argument("[query...]", "priority:high.. -tag:wip due:..7d (all of it: help query)")
    .option("-t, --tag <tag>", "only with all of these tags", collectList)
    .option("-a, --assignee <who>", "only theirs (me: your own)")
    .option("-p, --priority <priority>", "only these", collectList)
    .option("--parent <id>", "only children of this task")
    .option("--sort <fields>", "-priority,due: the greatest first, then what is due first")
    .option("--limit <n>", "rows; 0 for all of them (50)")
    .option("--cursor <cursor>", "the page after this one");

/** Flags and words as the input of a list: all that was said must hold. `query` is what the verb itself asks. */
export async function listInput(
  app: App,
  words: Arguments[number],
  flags: ListFlags,
  query?: string,
): Promise<ListTasks> {
  const { tag, assignee, parent, priority, key, all, tree, sort, limit, cursor } = flags;
  const { session } = app.globals;
  const status = statusInput(flags.status ?? []);
  const asked = allQueries(query, status.query, queryOf(wordsOf(words)));
  return {
    ...(status.status ? { status: status.status } : {}),
    ...(status.ready ? { ready: true } : {}),
    ...(tag ? { tag: [...tag] } : {}),
    ...(assignee === undefined ? {} : { assignee: assignee === "me" ? await app.actor() : assignee }),
    ...(parent === undefined ? {} : { parent: await taskId(app, parent) }),
    ...(priority ? { priority: priority.map(priorityOf) } : {}),
    ...(key === undefined ? {} : { key_prefix: key }),
    ...(all ? { all } : {}),
    ...(tree ? { tree } : {}),
    ...(asked === undefined ? {} : { query: asked }),
    ...(sort === undefined ? {} : { sort }),
    ...pageOf({ limit, cursor }),
    ...(session === undefined ? {} : { session }),
  };
}

/** Which part of a list is wanted. Throws USAGE. */
export const pageOf = ({
  limit,
  cursor,
}: {
  readonly limit?: string | undefined;
  readonly cursor?: string | undefined;
}): Pick<ListTasks, "limit" | "cursor"> => ({
  ...(limit === undefined ? {} : { limit: rowsOf(limit) }),
  ...(cursor === undefined ? {} : { cursor }),
});

/** Statuses as they were typed; `ready` means what can be worked on, as lists show it. Throws INVALID_STATUS. */
function statusInput(words: readonly string[]): Pick<ListTasks, "status" | "ready" | "query"> {
  const isReady = (word: string): boolean => word.trim().toLowerCase() === "ready";
  const statuses = words.filter((word) => !isReady(word)).map(statusOf);
  if (!words.some(isReady)) return statuses.length > 0 ? { status: statuses } : {};
  return statuses.length > 0 ? { query: `status:ready,${statuses.join(",")}` } : { ready: true };
}

function rowsOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new WerkError("USAGE", `--limit: "${text}" is not a number of rows.`, {
    hint: "For example:  --limit 20   or  --limit 0 for every row",
    field: "limit",
    given: text,
  });
}
