/** The panes that list: what was found, what is covered, and the order of the work. Pure. */
import { counted } from "../../model/counted.ts";
import { leavesOf } from "../../model/plan.ts";
import { workLength } from "../../plan/summary.ts";
import { column, EMPTY, type Line, line, piece, wrapped } from "../line.ts";
import { itemsOf } from "./items.ts";
import type { ReviewState } from "./state.ts";

/** A list, and where in it the entry is that the reader is at. */
export interface Listed {
  readonly lines: readonly Line[];
  /** The lines of that entry. */
  readonly first: number;
  readonly last: number;
}

/** The entries of the open pane. */
export function drawItems(state: ReviewState, width: number): Listed {
  const items = itemsOf(state);
  const head = state.pane === "coverage" ? coverageHead(state) : [];
  const lines: Line[] = [...head];
  let first = 0;
  let last = 0;
  for (const [index, { mark, tone, text, hint }] of items.entries()) {
    const isHere = index === state.item;
    if (isHere) first = lines.length;
    const lead: Line = [piece(isHere ? "> " : "  "), piece(column(mark, 9), tone)];
    lines.push(...wrapped(lead, text, width, tone === "quiet" ? "quiet" : isHere ? "bold" : "plain"));
    if (isHere && hint !== null) lines.push(...wrapped([piece(" ".repeat(11))], hint, width, "quiet"));
    if (isHere) last = lines.length - 1;
  }
  if (items.length === 0)
    lines.push(line(state.pane === "coverage" ? "The plan has no requirements." : "Nothing was found.", "quiet"));
  return { lines, first, last };
}

function coverageHead({ summary: { coverage } }: ReviewState): readonly Line[] {
  const levels = (["must", "should", "may"] as const).filter((level) => coverage[level].total > 0);
  return levels.map((level) => {
    const { covered, total } = coverage[level];
    const tone = covered === total ? "good" : level === "must" ? "yours" : "plain";
    return [piece(level.toUpperCase().padEnd(8)), piece(`${covered} of ${total}`, tone)];
  });
}

/** In which order the tasks can be done, and how long that takes. */
export function drawOrder({ summary, editing }: ReviewState, width: number): readonly Line[] {
  const { order, longest, estimateMinutes, counts } = summary;
  const titles = new Map(summary.rows.map(({ number, title }) => [number, title]));
  if (order === null) return [line("Tasks wait for each other: see what was found (2).", "bad")];
  const leaves = leavesOf(editing.plan);
  const told = leaves.filter(({ estimate_minutes }) => estimate_minutes !== null).length;
  return [
    line(
      `${counted(counts.leaves, "task")} in ${counted(counts.tasks - counts.leaves, "group")}${counts.done === 0 ? "" : `, ${counts.done} done`}`,
    ),
    line(
      estimateMinutes === null
        ? `length unknown: ${told} of ${counted(leaves.length, "task")} say how long they take`
        : `${workLength(estimateMinutes)} of work for one agent`,
    ),
    ...(longest.length > 1
      ? [
          EMPTY,
          line("Longest chain", "bold"),
          ...longest.flatMap((number) =>
            wrapped([piece(`${number.padEnd(6)} `, "quiet")], titles.get(number) ?? "", width),
          ),
        ]
      : []),
    ...order.flatMap((layer, index) => [
      EMPTY,
      line(index === 0 ? "Can be begun at once" : `Then (${index + 1})`, "bold"),
      ...layer.flatMap((number) => wrapped([piece(`${number.padEnd(6)} `, "quiet")], titles.get(number) ?? "", width)),
    ]),
  ];
}
