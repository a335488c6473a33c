/** The whole screen of a review. Pure: the same state and size give the same lines. */
import { fit, widthOf } from "@taskwerk/terminal/width";
import { counted } from "../../model/counted.ts";
import { workLength } from "../../plan/summary.ts";
import { madeByWords, standingWords } from "../../report/planning-words.ts";
import { filled, optionLines, ruleOf, type Size, window, writtenLine } from "../frame.ts";
import { EMPTY, type Line, line, type Piece, piece, textOf, toWidth, wrapped } from "../line.ts";
import type { TextField } from "../text-field.ts";
import { drawHelp } from "./draw-help.ts";
import { drawItems, drawOrder } from "./draw-panes.ts";
import { drawSource, drawTask } from "./draw-task.ts";
import { drawTree, placeInTree } from "./draw-tree.ts";
import { isUnsaved, type Mode, type Pane, type ReviewState } from "./state.ts";

/** Below this nothing but the tree is shown. */
const NARROW = 60;
/** From here on the document has a column of its own. */
const THREE_COLUMNS = 160;
const HEAD = 3;
/** From here on there is room for who made the plan. */
const ROOMY: Size = { columns: NARROW, rows: 20 };
const LEAST: Size = { columns: 24, rows: 8 };

/** Lines of the tree that are seen at once. */
export const treeHeight = (state: ReviewState, size: Size): number =>
  Math.max(1, size.rows - headHeight(size) - footOf(state, size.columns).length);

const isRoomy = ({ columns, rows }: Size): boolean => columns >= ROOMY.columns && rows >= ROOMY.rows;
const headHeight = (size: Size): number => HEAD + (isRoomy(size) ? 1 : 0);

/** Exactly as many lines as there are rows, each as wide as the screen at most. */
export function drawReview(state: ReviewState, size: Size): readonly Line[] {
  const { columns, rows } = size;
  if (columns < LEAST.columns || rows < LEAST.rows)
    return Array.from({ length: rows }, (_, row) => toWidth(row === 0 ? line("too small") : EMPTY, columns));
  const foot = footOf(state, columns);
  const height = Math.max(1, rows - headHeight(size) - foot.length);
  const body =
    state.mode.kind === "help" ? window(drawHelp(columns), state.scroll, height) : bodyOf(state, columns, height);
  const lines = [...headOf(state, size, height), ...filled(body, height), ...foot].slice(0, rows);
  return filled(lines, rows).map((one) => toWidth(one, columns));
}

function headOf(state: ReviewState, size: Size, height: number): readonly Line[] {
  const { summary, making } = state;
  const { columns: width } = size;
  const { must, should } = summary.coverage;
  const warnings = summary.problems.filter(({ severity }) => severity === "warning").length;
  const errors = summary.problems.length - warnings;
  const marks: readonly Piece[] = [
    ...(width < NARROW && state.isChangedOnDisk
      ? []
      : [piece(`  ${standingWords(state.status, making.drafts)}`, "quiet")]),
    ...(isUnsaved(state) ? [piece("  not saved", "yours")] : []),
    ...(state.isChangedOnDisk
      ? [piece(width < 72 ? "  file changed: L" : "  file changed by others: L loads it", "bad")]
      : []),
  ];
  // Only the name shrinks.
  const first: Line = [piece(fit(summary.id, Math.max(8, width - widthOf(textOf(marks)))), "bold"), ...marks];
  const facts: readonly (Piece | null)[] = [
    piece(`MUST ${must.covered} of ${must.total}`, must.covered < must.total ? "yours" : "good"),
    should.total === 0 ? null : piece(`SHOULD ${should.covered} of ${should.total}`),
    errors === 0 ? null : piece(counted(errors, "error"), "bad"),
    summary.gaps.length === 0 ? null : piece(counted(summary.gaps.length, "gap"), "yours"),
    summary.questions.length === 0 ? null : piece(counted(summary.questions.length, "question"), "busy"),
    warnings === 0 ? null : piece(counted(warnings, "warning")),
    piece(counted(summary.counts.leaves, "task")),
    summary.estimateMinutes === null ? null : piece(workLength(summary.estimateMinutes)),
  ];
  const second = facts.flatMap((fact, index) => (fact === null ? [] : index === 0 ? [fact] : [piece("  "), fact]));
  const madeBy = line(madeByWords(summary.planner, making.cost), "quiet");
  return [first, ...(isRoomy(size) ? [madeBy] : []), second, tabsOf(state, width, height)];
}

const TABS: Readonly<Record<Pane, string>> = {
  task: "1 task",
  check: "2 found",
  coverage: "3 cover",
  order: "4 order",
};

/** Which pane is open, above it; and which part of the tree is seen. */
function tabsOf(state: ReviewState, width: number, height: number): Line {
  const place = placeInTree(state, height);
  const tabs = Object.entries(TABS).flatMap(([pane, name]) => [
    piece(pane === state.pane ? `[${name}]` : ` ${name} `, pane === state.pane ? "bold" : "quiet"),
  ]);
  if (state.mode.kind === "help") return ruleOf("keys", width);
  if (width < NARROW) return ruleOf(place, width);
  const left = treeWidth(width);
  return [
    ...toWidth(ruleOf(place, left), left),
    piece("-+-", "quiet"),
    ...tabs,
    piece(` ${"-".repeat(width)}`.slice(0, Math.max(0, width - left - 3 - widthOf(textOf(tabs)))), "quiet"),
  ];
}

const treeWidth = (width: number): number =>
  width >= THREE_COLUMNS
    ? Math.floor(width * 0.38)
    : width >= 100
      ? Math.floor(width * 0.46)
      : Math.floor(width * 0.52);

function bodyOf(state: ReviewState, width: number, height: number): readonly Line[] {
  const writing = state.mode.kind === "write" && state.mode.lines ? state.mode : null;
  if (width < NARROW) return writing ? drawWriting(writing, width, height) : drawTree(state, width, height);
  const left = treeWidth(width);
  const tree = drawTree(state, left, height);
  const room = width - left - 3;
  const right = writing ? drawWriting(writing, room, height) : paneOf(state, room, height);
  return tree.map((one, row) => [...one, piece(" | ", "quiet"), ...(right[row] ?? EMPTY)]);
}

function paneOf(state: ReviewState, width: number, height: number): readonly Line[] {
  switch (state.pane) {
    case "task":
      return taskPane(state, width, height);
    case "check":
    case "coverage": {
      const { lines, first, last } = drawItems(state, width);
      // The entry where the reader is stays in sight; scrolling moves on from there.
      const least = Math.max(0, last - height + 1);
      return window(lines, Math.max(Math.min(first, least), least) + state.scroll, height);
    }
    case "order":
      return window(drawOrder(state, width), state.scroll, height);
    default:
      return state.pane satisfies never;
  }
}

/** The task, with its document below it, or beside it where there is room. */
function taskPane(state: ReviewState, width: number, height: number): readonly Line[] {
  if (width >= THREE_COLUMNS * 0.55) {
    const half = Math.floor((width - 3) / 2);
    const task = window(drawTask(state, half), state.scroll, height);
    const source = drawSource(state, width - half - 3, height);
    return task.map((one, row) => [...toWidth(one, half), piece(" | ", "quiet"), ...(source[row] ?? EMPTY)]);
  }
  const task = drawTask(state, width);
  const source = drawSource(state, width, Math.max(Math.floor(height / 3), height - task.length - 1));
  const room = height - source.length;
  const shown = window(task, state.scroll, room);
  const hidden = task.length - room - state.scroll;
  return [
    ...(hidden > 0 ? [...shown.slice(0, -1), line(`${counted(hidden + 1, "more line")}: .`, "quiet")] : shown),
    ...source,
  ];
}

/** A text of several lines as it is typed, with the line of the cursor in sight. */
function drawWriting(mode: Extract<Mode, { kind: "write" }>, width: number, height: number): readonly Line[] {
  const { lines, row } = fieldLines(mode.field, width);
  const room = height - 2;
  const first = Math.max(0, Math.min(row - Math.floor(room / 2), lines.length - room));
  return [line(mode.label, "bold"), line("-".repeat(width), "quiet"), ...lines.slice(first, first + room)];
}

/** The lines of a field, the cursor as a chosen cell, and the line in which it is. */
function fieldLines({ text, at }: TextField, width: number): { readonly lines: readonly Line[]; readonly row: number } {
  const lines: Line[] = [];
  let row = 0;
  let start = 0;
  for (const one of text.split("\n")) {
    const end = start + one.length;
    if (at >= start && at <= end) {
      const drawn = cursorLine(one, at - start, width);
      row = lines.length + drawn.row;
      lines.push(...drawn.lines);
    } else lines.push(...wrapped([], one, width));
    start = end + 1;
  }
  return { lines, row };
}

/** One line with the cursor in it, broken into as many as it takes. */
function cursorLine(
  text: string,
  at: number,
  width: number,
): { readonly lines: readonly Line[]; readonly row: number } {
  const [next = " "] = [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text.slice(at))].map(
    ({ segment }) => segment,
  );
  const rest = text.slice(at + (at < text.length ? next.length : 0));
  const before = wrapped([], text.slice(0, at), width - 1);
  const head = before.slice(0, -1);
  const tail: Line = [...(before.at(-1) ?? EMPTY), piece(next, "chosen")];
  const used = widthOf(textOf(tail));
  const after = rest === "" ? [] : wrapped(tail, rest, Math.max(width, used + 4));
  if (used > width / 2 && rest !== "") return { lines: [...head, tail, ...wrapped([], rest, width)], row: head.length };
  return { lines: [...head, ...(after.length > 0 ? after : [tail])], row: head.length };
}

/** The last lines: what was said, and what can be typed. */
function footOf(state: ReviewState, width: number): readonly Line[] {
  const { mode, message } = state;
  const said: Line = message === null ? EMPTY : [piece(message.text, message.tone)];
  switch (mode.kind) {
    case "write":
      return mode.lines
        ? [said, ...wrapped([], mode.hint, width, "quiet").slice(0, 2)]
        : [
            ...(message === null ? [] : [said]),
            ...wrapped([], mode.label, width, "bold").slice(0, 3),
            writtenLine(mode.field, width),
            ...wrapped([], mode.hint, width, "quiet").slice(0, 2),
          ];
    case "pick":
      return [
        [piece(`${mode.label}: `, "yours"), piece("go to it, then Enter.", "plain")],
        line(`${mode.top ? "0 to the top   " : ""}Esc leaves it`, "quiet"),
      ];
    case "choose":
      return [
        ...wrapped([], mode.question, width, "yours").slice(0, 3),
        ...optionLines(mode.options, mode.canLeave, width),
      ];
    case "help":
      return [said, line("j k scroll, any other key goes back", "quiet")];
    case "tree":
      return [said, line(width >= 76 ? HINTS : "e edit  u undo  w save  q quit  ? keys", "quiet")];
    default:
      return mode satisfies never;
  }
}

const HINTS = "e edit  a add  d drop  m merge  s split  b after  r answer  u undo  w save  ? q";
