/** A difference, line by line, coloured by what was added and taken away, with the functions that its hunks are in. Pure. */
import { counted } from "../../model/counted.ts";
import { column, EMPTY, type Line, line, piece, type Tone } from "../line.ts";
import type { DiffKind, DiffLine } from "./diff-lines.ts";
import type { Box } from "./layout.ts";
import { type MonitorState, whyNoCard } from "./state.ts";

const TONES: Readonly<Record<DiffKind, Tone>> = {
  file: "bold",
  head: "quiet",
  hunk: "busy",
  added: "good",
  removed: "bad",
  same: "plain",
};

/** Two lines of what it is, and the lines from `scroll` on. */
export function drawDiff(state: MonitorState, { width, height }: Box): readonly Line[] {
  const { about, diff } = state;
  if (about === null) return [line("No card and no task is chosen.", "quiet")];
  if (diff === null || diff.about !== about) return [line(`reading ${about} ...`, "quiet")];
  const { shown, lines } = diff;
  if (shown.kind === "none") return [line(shown.why, "quiet")];
  const first = Math.max(0, Math.min(state.scroll, lines.lines.length - 1));
  const file = lines.files.findLast((at) => at <= first);
  const place = lines.lines.length === 0 ? "no difference" : `line ${first + 1} of ${lines.lines.length}`;
  const nth = file === undefined ? "" : `file ${lines.files.indexOf(file) + 1} of ${lines.files.length}   `;
  const { state: run } = state.look;
  // What is looked at is not what a word would be said on any more.
  const isClosed = run.decisions.has(about) && run.decisions.get(about)?.state !== "open";
  return [
    line(shown.title, "bold"),
    line(
      `${isClosed ? `${whyNoCard(state)}   ` : ""}${nth}${counted(lines.hunks.length, "hunk")}   ${place}${shown.rest === null ? "" : `   cut: ${shown.rest}`}`,
      isClosed ? "yours" : "quiet",
    ),
    ...lines.lines.slice(first, first + Math.max(0, height - 2)).map((one) => lineOf(one, width, state.side)),
  ];
}

const HUNK = /^(@@ .*? @@)(.*)$/;

function lineOf({ kind, text }: DiffLine, width: number, side: number): Line {
  const shown = text.slice(side);
  if (shown === "") return EMPTY;
  const hunk = kind === "hunk" && side === 0 ? HUNK.exec(text) : null;
  if (hunk !== null)
    return [piece(hunk[1]!, "busy"), piece(column(hunk[2]!, Math.max(0, width - hunk[1]!.length)), "bold")];
  return line(column(shown, width), TONES[kind]);
}
