import type { Task } from "@taskwerk/contract/task";
import type { Output } from "@taskwerk/terminal/output";
import type { Part } from "@taskwerk/terminal/part";
import { labelled, table } from "@taskwerk/terminal/table";
import { wrap } from "@taskwerk/terminal/wrap";
import type { App } from "../app.ts";
import { statusWord } from "./status-word.ts";

/** By their ids, the tasks that a page names beside its own: its parent, its children, what it waits for and what waits for it. */
export type Neighbours = ReadonlyMap<string, Task>;

/** So many are told with their titles; more stand there by their ids only. */
const MOST_NAMED = 20;

/** The neighbours of these tasks, as far as they are few enough to be told one a line. */
export async function neighboursOf(app: App, tasks: readonly Task[]): Promise<Neighbours> {
  const found = new Map<string, Task>();
  for (const task of tasks) {
    const ids = [...(task.parent === null ? [] : [task.parent]), ...kindsOf(task).flatMap(([, named]) => named)];
    for (const id of ids.slice(0, MOST_NAMED + 1)) {
      if (!found.has(id)) found.set(id, (await app.call("task.show", { id })).data);
    }
  }
  return found;
}

const kindsOf = (task: Task): readonly (readonly [string, readonly string[]])[] => [
  ["Children", task.children],
  ["After", task.depends_on],
  ["Unblocks", task.blocks],
];

const LABEL = 10;
const INDENT = 2 + LABEL + 2;

/** `After  TASK-001.1  Parse links  done`, one a line; where there are many, or nobody was asked, only their ids. */
export function neighbourLines(output: Output, task: Task, neighbours: Neighbours): readonly (readonly Part[])[] {
  const kinds = kindsOf(task).filter(([, ids]) => ids.length > 0);
  const all = kinds.flatMap(([, ids]) => ids);
  const front = (label: string, at: number): readonly Part[] => ["  ", ...labelled(at === 0 ? label : "", LABEL)];
  if (all.length > MOST_NAMED || !all.every((id) => neighbours.has(id))) {
    return kinds.flatMap(([label, ids]) =>
      wrap(ids.join(", "), Math.max(20, output.width - INDENT)).map((line, at) => [...front(label, at), line]),
    );
  }
  const rows = all.map((id): readonly Part[] => {
    const one = neighbours.get(id)!;
    return [id, one.title, one.leaves ? `${one.leaves.closed} of ${one.leaves.total}` : statusWord(one)];
  });
  const lines = table(COLUMNS, rows, output.width - INDENT).slice(1);
  const labels = kinds.flatMap(([label, ids]) => ids.map((_, at) => front(label, at)));
  return lines.map((line, at) => [...labels[at]!, ...line]);
}

const COLUMNS = [{ title: "" }, { title: "", shrinks: true, least: 12 }, { title: "" }];
