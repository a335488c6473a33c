/** The last lines: what was said, and what can be typed. Pure. */
import { optionLines, writtenLine } from "../frame.ts";
import { EMPTY, type Line, line, piece, wrapped } from "../line.ts";
import { cardHere, type MonitorState, type ScreenName } from "./state.ts";

export function footOf(state: MonitorState, width: number): readonly Line[] {
  const { mode, message } = state;
  const said: Line = message === null ? EMPTY : [piece(message.text, message.tone)];
  switch (mode.kind) {
    case "write":
      return [
        ...(message === null ? [] : [said]),
        ...wrapped([], mode.label, width, "bold").slice(0, 3),
        writtenLine(mode.field, width),
        ...wrapped([], mode.hint, width, "quiet").slice(0, 2),
      ];
    case "choose":
      return [
        ...wrapped([], mode.question, width, "yours").slice(0, 3),
        ...optionLines(mode.options, true, width).slice(0, 8),
      ];
    case "help":
      return [said, line("j k scroll, any other key goes back", "quiet")];
    case "look":
      return [said, line(hintsOf(state, width), "quiet")];
    default:
      return mode satisfies never;
  }
}

const HINTS: Readonly<Record<ScreenName, string>> = {
  inbox: "j k move  / filter",
  tasks: "j k move  Enter log  d diff  e gates  / filter",
  log: "j k scroll  G follow  < > task  / search",
  diff: "] [ hunk  } { file  < > task  / search",
  gates: "j k move  < > task",
  costs: "j k scroll",
};

function hintsOf(state: MonitorState, width: number): string {
  const card = cardHere(state);
  const word = card === undefined ? [] : [card.kind === "question" ? "a answer" : "y approve  r reject"];
  const more = state.screen === "inbox" && card?.kind === "approval" ? ["Enter diff"] : [];
  const all = [...word, ...more, HINTS[state.screen], "s stop", "? keys", "q quit"].join("  ");
  return all.length <= width ? all : [...word, "? keys", "q quit"].join("  ");
}
