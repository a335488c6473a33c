import type { Operations } from "@taskwerk/contract/client";
import type { Success } from "@taskwerk/contract/envelope";
import type { ViewKind } from "@taskwerk/contract/more-routes";
import type { Task } from "@taskwerk/contract/task";

type Shown = Operations["task.show"]["output"];

/** What each view makes of the answer that it shows a part of. */
// biome-ignore lint/suspicious/noExplicitAny: each view is of an answer of its own
const VIEWS: Readonly<Record<ViewKind, (data: any) => unknown>> = {
  "task.notes": ({ notes }: Shown) => notes,
  "task.acceptance": ({ acceptance }: Shown) => acceptance,
  "task.links": ({ links }: Shown) => links,
  "dep.list": ({ id, depends_on, blocks }: Shown) => [
    ...depends_on.map((other) => ({ id: other, direction: "depends_on", task: id })),
    ...blocks.map((other) => ({ id: other, direction: "blocks", task: id })),
  ],
  "claim.list": (tasks: readonly Task[]) => {
    const ends = ({ claim }: Task): string => claim?.lease_until ?? "";
    return [...tasks].sort((a, b) => (ends(a) < ends(b) ? -1 : 1));
  },
  "tag.list": ({ groups }: Operations["task.stats"]["output"]) =>
    groups.flatMap(({ value, total, open, done }) => (value === null ? [] : [{ tag: value, total, open, done }])),
  "graph.show": graphOf,
};

/** The answer as this view shows it; it is whole, so there is no page. */
export function viewOf(kind: ViewKind, { page: _, ...answer }: Success<unknown>): Success<unknown> {
  return { ...answer, kind, data: VIEWS[kind](answer.data) };
}

function graphOf(tasks: readonly Task[]) {
  const shown = new Set(tasks.map(({ id }) => id));
  const all = tasks.flatMap(({ id, depends_on }) => depends_on.map((on) => ({ from: on, to: id })));
  const edges = all.filter(({ from }) => shown.has(from));
  return {
    tasks: tasks.map(({ id, title, status, priority, parent, ready }) => ({
      id,
      title,
      status,
      priority,
      parent,
      ready,
    })),
    edges,
    outside: all.length - edges.length,
  };
}
