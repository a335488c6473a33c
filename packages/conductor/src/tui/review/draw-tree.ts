/** The tree of tasks, as many lines of it as there is room for. Pure. */
import type { PlanRow } from "../../plan/summary.ts";
import { firstShown } from "../frame.ts";
import { column, EMPTY, type Line, piece, type Tone, toWidth } from "../line.ts";
import { type ReviewState, shownRows } from "./state.ts";

/** More columns than number, title, size and marks from here on. */
const WIDE = 64;

/** Exactly `height` lines of `width` cells, with the task where the reader is among them. */
export function drawTree(state: ReviewState, width: number, height: number): readonly Line[] {
  const rows = shownRows(state);
  const first = firstOf(rows, state.at, height);
  const shown = rows.slice(first, first + height);
  const found = tasksFound(state);
  const numbers = Math.min(10, Math.max(1, ...state.summary.rows.map(({ number }) => number.length)));
  const marks = Math.max(0, ...state.summary.rows.map((row) => marksOf(row, found.get(row.key)).length));
  const lines = shown.map((row) => drawRow(state, row, { width, numbers, marks, found: found.get(row.key) }));
  return [...lines, ...Array.from({ length: height - lines.length }, () => toWidth(EMPTY, width))];
}

/** The first line that is shown. */
const firstOf = (rows: readonly PlanRow[], at: string | null, height: number): number =>
  firstShown(
    rows.length,
    rows.findIndex(({ key }) => key === at),
    height,
  );

interface RowPlace {
  readonly width: number;
  readonly numbers: number;
  readonly marks: number;
  readonly found: Tone | undefined;
}

function drawRow(state: ReviewState, row: PlanRow, { width, numbers, marks, found }: RowPlace): Line {
  const isHere = row.key === state.at;
  const isSubject = state.mode.kind === "pick" && state.mode.subject === row.key;
  const mark = isHere ? ">" : isSubject ? "*" : state.marked.has(row.key) ? "x" : " ";
  const fold = row.isGroup ? (state.folded.has(row.key) ? "+ " : "- ") : "  ";
  const name = `${"  ".repeat(Math.min(row.depth - 1, 8))}${fold}${row.title}${row.done ? " (done)" : ""}`;
  const cells: readonly (readonly [string, number, Tone])[] = [
    [row.size ?? "", 1, "plain"],
    ...(width >= WIDE
      ? ([
          [row.after.join(" "), 12, "quiet"],
          [row.isGroup ? "" : row.confidence, 6, row.confidence === "low" ? "yours" : "quiet"],
        ] as const)
      : []),
    [marksOf(row, found), marks, found === "bad" ? "bad" : row.questions.length > 0 ? "busy" : "yours"],
  ];
  const room = width - 2 - numbers - 1 - cells.reduce((sum, [, size]) => sum + size + 1, 0);
  const tone: Tone = row.isGroup ? "bold" : row.done ? "quiet" : "plain";
  const line: Line = [
    piece(`${mark} `, isSubject ? "yours" : "plain"),
    piece(column(row.number, numbers), "quiet"),
    piece(" "),
    piece(column(name, Math.max(4, room)), isSubject ? "yours" : tone),
    ...cells.flatMap(([text, size, style]) => [piece(" "), piece(column(text, size), style)]),
  ];
  const whole = toWidth(line, width);
  return isHere ? [{ text: whole.map(({ text }) => text).join(""), tone: "chosen" }] : whole;
}

/** "Q1 !": its first question, and whether something was found. */
const marksOf = (row: PlanRow, found: Tone | undefined): string =>
  [...row.questions.slice(0, 1), ...(found === undefined ? [] : ["!"])].join(" ");

/** Tasks with a finding, and how bad the worst is. */
function tasksFound({ summary }: ReviewState): ReadonlyMap<string, Tone> {
  const found = new Map<string, Tone>();
  for (const { severity, about } of [...summary.problems, ...summary.gaps])
    for (const key of about)
      if (severity === "error" || !found.has(key)) found.set(key, severity === "error" ? "bad" : "yours");
  return found;
}

/** "3-22 of 300": which lines of the tree are shown; nothing where all are. */
export function placeInTree(state: ReviewState, height: number): string {
  const rows = shownRows(state);
  if (rows.length <= height) return "";
  const first = firstOf(rows, state.at, height);
  return `${first + 1}-${Math.min(rows.length, first + height)} of ${rows.length}`;
}
