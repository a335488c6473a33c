import type { StoreStatus } from "@taskwerk/contract/client";
import type { Page } from "@taskwerk/contract/envelope";
import type { Task } from "@taskwerk/contract/task";
import type { Part } from "@taskwerk/terminal/part";

/** How much there is of what was asked for: all that is in the store, or how many closed and archived tasks would match as well. */
export type ListSize =
  | { readonly kind: "store"; readonly counts: StoreStatus; readonly all: boolean }
  | { readonly kind: "some"; readonly hidden: number; readonly archived: number };

/** The lines below a list: what is on it, what was cut and what is hidden, in words. */
export type Footer = (tasks: readonly Task[], page: Page | undefined) => readonly (readonly Part[])[];

/** What is counted, in this order. */
const WORDS = [
  "ready",
  "waiting",
  "in progress",
  "in review",
  "blocked",
  "paused",
  "done",
  "cancelled",
  "deleted",
] as const;

function wordFor({ status, ready, deleted_at }: Task): (typeof WORDS)[number] {
  if (deleted_at) return "deleted";
  if (status === "todo") return ready ? "ready" : "waiting";
  if (status === "in-progress") return "in progress";
  return status === "review" ? "in review" : status;
}

/** The footer of a list of that size; `what` is what its tasks are called, e.g. `overdue`. */
export const footerOf =
  (size: ListSize | null, what: string | undefined, width: number): Footer =>
  (tasks, page) => {
    if (size === null) return [];
    const called = what ?? (size.kind === "store" && !size.all ? "open" : "");
    const cut = page?.truncated ? cutLine(page.returned, page.total, called) : [];
    const said = size.kind === "store" ? storeLine(size, width) : someLine(tasks, page, size, called);
    return [[], ...cut, ...said, ...unlistedLines(size)];
  };

const cutLine = (returned: number, total: number, what: string): readonly (readonly Part[])[] => [
  [
    `${returned} of ${total} ${what}${what === "" ? "" : " "}tasks. The rest: --limit 0, or narrow it: taskwerk ${
      what === "ready" ? "ready" : "list"
    } tag:api`,
  ],
];

/** What no list shows, in words; no lines where there is nothing. */
export function unlistedLines(size: ListSize): readonly (readonly Part[])[] {
  const { archived = 0, deleted = 0 } = size.kind === "store" ? size.counts : { archived: size.archived, deleted: 0 };
  const words = [
    ...(archived === 0 ? [] : [`${archived} archived (list is:archived)`]),
    ...(deleted === 0 ? [] : [`${deleted} deleted (list is:deleted)`]),
  ];
  return words.length === 0 ? [] : [[`Not listed: ${words.join(", ")}.`]];
}

function storeLine({ counts, all }: Extract<ListSize, { kind: "store" }>, width: number): readonly (readonly Part[])[] {
  const count = (status: string): number => counts.tasks[status] ?? 0;
  const open = ["todo", "in-progress", "review", "blocked", "paused"].reduce((sum, status) => sum + count(status), 0);
  const parts = counted([
    [counts.ready, "ready"],
    [count("in-progress"), "in progress"],
    [count("review"), "in review"],
    [count("blocked"), "blocked"],
    [count("paused"), "paused"],
  ]);
  const closed = counted([
    [count("done"), "done"],
    [count("cancelled"), "cancelled"],
  ]);
  const first = `${open} open${parts === "" ? "" : `: ${parts}`}.`;
  const second = closed === "" ? "" : all ? `${closed}.` : `${closed} hidden (--all).`;
  const both = second === "" ? first : `${first} ${second}`;
  return both.length <= width ? [[both]] : [[first], [second]];
}

function someLine(
  tasks: readonly Task[],
  page: Page | undefined,
  { hidden }: Extract<ListSize, { kind: "some" }>,
  what: string,
): readonly (readonly Part[])[] {
  const more = hidden === 0 ? "" : `${hidden} closed hidden (--all).`;
  if (page?.truncated) return more === "" ? [] : [[more]];
  const words = tasks.map(wordFor);
  const parts = counted(WORDS.map((word) => [words.filter((one) => one === word).length, word]));
  const plain = `${tasks.length} ${what}${what === "" ? "" : " "}${tasks.length === 1 ? "task" : "tasks"}`;
  // "3 ready tasks" says it already.
  const each = parts === `${tasks.length} ${what}` ? "" : `: ${parts}`;
  return [[`${plain}${each}.${more === "" ? "" : ` ${more}`}`]];
}

const counted = (counts: readonly (readonly [number, string])[]): string =>
  counts.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`])).join(", ");
