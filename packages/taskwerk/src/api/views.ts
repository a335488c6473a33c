import type { Operations } from "@taskwerk/contract/client";
import type { Success } from "@taskwerk/contract/envelope";
import type { ViewKind } from "@taskwerk/contract/more-routes";
import type { Task } from "@taskwerk/contract/task";
import { byLeaseEnd, neighboursOf, tagCounts } from "../core/task-parts.ts";

type Shown = Operations["task.show"]["output"];

/** What each view makes of the answer that it shows a part of. */
// biome-ignore lint/suspicious/noExplicitAny: each view is of an answer of its own
const VIEWS: Readonly<Record<ViewKind, (data: any) => unknown>> = {
  "task.notes": ({ notes }: Shown) => notes,
  "task.acceptance": ({ acceptance }: Shown) => acceptance,
  "task.links": ({ links }: Shown) => links,
  "dep.list": neighboursOf,
  "claim.list": byLeaseEnd,
  "tag.list": tagCounts,
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
