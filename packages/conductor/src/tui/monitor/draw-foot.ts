/** The last lines: what was said, and what can be typed. Pure. */
import { optionLines, writtenLine } from "../frame.ts";
import { EMPTY, type Line, line, piece, wrapped } from "../line.ts";
import { receiptsAt } from "./receipts.ts";
import { cardHere, isOver, type MonitorState, shownCards, shownTasks, taskHere } from "./state.ts";
import { keptInWords } from "./written.ts";

export function footOf(state: MonitorState, width: number): readonly Line[] {
  const { mode, message } = state;
  const kept = keptInWords(state);
  const calm: Line = kept === null ? EMPTY : [piece(kept, "yours")];
  const said: Line = message === null ? calm : [piece(message.text, message.tone)];
  switch (mode.kind) {
    case "write":
      return [
        ...(message === null ? [] : [said]),
        ...few(wrapped([], mode.label, width, "bold"), 3),
        writtenLine(mode.field, width),
        ...wrapped([], mode.hint, width, "quiet").slice(0, 2),
      ];
    case "choose":
      return [
        ...few(wrapped([], mode.question, width, "yours"), 3),
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

/** So many lines, and a sign where there are more. */
const few = (lines: readonly Line[], most: number): readonly Line[] =>
  lines.length <= most
    ? lines
    : [
        ...lines.slice(0, most - 1),
        [
          ...lines[most - 1]!.slice(0, -1),
          piece(`${lines[most - 1]!.at(-1)!.text} ...`, lines[most - 1]!.at(-1)!.tone),
        ],
      ];

/** What a key does here: only what does something is offered, the most wanted first. */
function hintsOf(state: MonitorState, width: number): string {
  const card = cardHere(state);
  const word = card === undefined ? [] : card.kind === "question" ? ["a answer"] : ["y approve", "r reject"];
  const more = state.screen === "inbox" && card?.kind === "approval" ? ["Enter diff"] : [];
  const always = ["? keys", "q quit"];
  const task = taskHere(state);
  const aside = task !== null && state.look.state.paused.has(task) ? "p go on" : "p aside";
  const also = [
    ...more,
    ...hereOf(state),
    ...(isOver(state) ? [] : ["s stop"]),
    ...(task === null || state.screen === "costs" ? [] : ["h hint", aside]),
  ];
  const shown = (parts: readonly string[]): string => [...word, ...parts, ...always].join("  ");
  const parts: string[] = [];
  for (const one of also) if (shown([...parts, one]).length <= width) parts.push(one);
  return shown(parts);
}

function hereOf(state: MonitorState): readonly string[] {
  const others = shownTasks(state).length > 1 ? ["< > task"] : [];
  switch (state.screen) {
    case "inbox":
      return shownCards(state).length === 0 ? [] : ["j k move", "/ filter"];
    case "tasks":
      return shownTasks(state).length === 0 ? [] : ["j k move", "Enter log", "d diff", "e gates", "/ filter"];
    case "log":
      return (state.log?.log.rows.length ?? 0) === 0 ? others : ["j k scroll", "G follow", ...others, "/ search"];
    case "diff":
      return (state.diff?.lines.lines.length ?? 0) === 0 ? others : ["] [ hunk", "} { file", ...others, "/ search"];
    case "gates":
      return receiptsAt(state).length > 1 ? ["j k move", ...others] : others;
    case "costs":
      return ["j k scroll"];
    default:
      return state.screen satisfies never;
  }
}
