import type { Success } from "@taskwerk/contract/envelope";
import type { ListTasks } from "@taskwerk/contract/list-tasks";
import type { Task } from "@taskwerk/contract/task";
import { checkFields } from "@taskwerk/terminal/fields";
import { wantsScreen } from "@taskwerk/terminal/output";
import { dim, type Part } from "@taskwerk/terminal/part";
import { printSuccess } from "@taskwerk/terminal/print-success";
import { allQueries } from "../../core/query/all-queries.ts";
import type { App } from "../app.ts";
import { TASK_FIELDS } from "./fields.ts";
import { footerOf, type ListSize, unlistedLines } from "./list-footer.ts";
import { listView } from "./list-view.ts";

/** Words of a list: for none at all, and what its tasks are called. */
export interface ListWords {
  readonly nothing: readonly Part[];
  readonly what: string;
}

/** What is said when nothing can be worked on. */
export const NOTHING_READY: readonly Part[] = ["Nothing is ready."];
const NO_TASKS: readonly Part[] = ["No tasks yet.   ", dim('taskwerk add "What is to be done"')];
const NO_MATCH: readonly Part[] = ["No open task matches.   ", dim("Closed ones too: --all")];
const NO_OTHERS: readonly Part[] = ["No task is listed."];
const NONE_MATCHES: readonly Part[] = ["No task matches."];

/** Asks for one page and prints it. Throws USAGE for a field that tasks do not have, before anything is asked. */
export async function printList(
  app: App,
  name: "task.list" | "task.ready",
  input: ListTasks,
  words?: ListWords,
): Promise<undefined> {
  const { output } = app;
  if (output.fields) checkFields(output.fields, input.tree ? [...TASK_FIELDS, "leaves"] : TASK_FIELDS);
  const answer = await app.call(name, input);
  const size = wantsScreen(output) ? await sizeOf(app, name, input, answer) : null;
  const nothing = words?.nothing ?? nothingOf(input, size);
  const blockers = size === null ? new Set<string>() : await openBlockers(app, answer.data);
  const footer = footerOf(size, words?.what, output.width);
  if (!input.tree) printSuccess(output, answer, listView({ nothing, blockers, footer }));
  else {
    const { treeView } = await import("./tree-view.ts");
    printSuccess(
      output,
      answer,
      treeView({
        nothing,
        blockers,
        footer,
        whole: !isNarrow(input) && !input.all,
        unlisted: size === null ? [] : unlistedLines(size),
      }),
    );
  }
}

/** True for a list that leaves out more than what is closed. */
export const isNarrow = (input: ListTasks): boolean =>
  Object.keys(input).some((key) => !["limit", "cursor", "all", "sort", "tree"].includes(key));

async function sizeOf(app: App, name: string, input: ListTasks, answer: Success<readonly Task[]>): Promise<ListSize> {
  if (name === "task.list" && !isNarrow(input)) {
    const { data } = await app.call("store.status", {});
    return { kind: "store", counts: data, all: input.all ?? false };
  }
  if (name === "task.ready" || input.ready) return { kind: "some", hidden: 0, archived: 0 };
  // As many as there would be with the closed ones, and with those that are archived.
  const { cursor: _, sort: __, tree: ___, ...choice } = input;
  const totalOf = async (query: string | undefined): Promise<number> => {
    const { page } = await app.call("task.list", {
      ...choice,
      ...(query === undefined ? {} : { query }),
      all: true,
      limit: 1,
    });
    return page?.total ?? 0;
  };
  const archived = /archived|deleted/.test(input.query ?? "")
    ? 0
    : await totalOf(allQueries(input.query, "is:archived"));
  if (input.all) return { kind: "some", hidden: 0, archived };
  return { kind: "some", hidden: Math.max(0, (await totalOf(input.query)) - (answer.page?.total ?? 0)), archived };
}

function nothingOf(input: ListTasks, size: ListSize | null): readonly Part[] {
  if (input.ready) return NOTHING_READY;
  if (size === null) return NO_TASKS;
  const [unlisted] = unlistedLines(size);
  const plain =
    size.kind === "some"
      ? size.hidden > 0
        ? NO_MATCH
        : NONE_MATCHES
      : Object.values(size.counts.tasks).some((count) => count > 0)
        ? NO_MATCH
        : unlisted
          ? NO_OTHERS
          : NO_TASKS;
  return unlisted ? [...plain, "   ", ...unlisted] : plain;
}

/** How many of them are asked about: a query takes 200 values. */
const MOST_ASKED = 150;

/** Blockers of what is listed that are open. Those that are not on the page are asked for. */
async function openBlockers(app: App, tasks: readonly Task[]): Promise<ReadonlySet<string>> {
  const listed = new Map(tasks.map((task) => [task.id, task]));
  const waiting = tasks.filter(({ ready, status }) => !ready && status === "todo");
  const named = new Set(waiting.flatMap((task) => task.depends_on));
  const away = [...named].filter((id) => !listed.has(id)).slice(0, MOST_ASKED);
  const asked =
    away.length === 0
      ? []
      : (await app.call("task.list", { query: `id:${away.join(",")} is:open`, limit: 0 })).data.map(({ id }) => id);
  const here = [...named].filter((id) => {
    const task = listed.get(id);
    return task !== undefined && task.category_of_status !== "closed";
  });
  return new Set([...here, ...asked]);
}
