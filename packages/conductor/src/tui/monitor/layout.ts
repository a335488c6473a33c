/** Which part of the screen is whose. Pure. */
import type { Size } from "../frame.ts";
import { footOf } from "./draw-foot.ts";
import { headOf } from "./draw-head.ts";
import { receiptsAt } from "./receipts.ts";
import { type MonitorState, shownCards } from "./state.ts";

/** From here on a list and what it is about stand side by side. */
const TWO_COLUMNS = 120;
const LEAST: Size = { columns: 40, rows: 10 };

/** Nothing but that is said then, and nothing is done but leaving. */
export const isTooSmall = ({ columns, rows }: Size): boolean => columns < LEAST.columns || rows < LEAST.rows;

export interface Box {
  readonly width: number;
  readonly height: number;
}

export interface Places {
  /** All between head and foot. */
  readonly body: Box;
  /** The list, and what stands below it or beside it. Height 0: there is none. */
  readonly list: Box;
  readonly pane: Box;
  readonly isSideBySide: boolean;
}

/** In two columns the list is on the left on every screen but the costs; in one it is above what it is about. */
export function placesOf(state: MonitorState, size: Size): Places {
  const { columns, rows } = size;
  const height = Math.max(1, rows - headOf(state, size).length - footOf(state, columns).length);
  const body: Box = { width: columns, height };
  const none: Box = { width: columns, height: 0 };
  const { screen, mode } = state;
  if (mode.kind === "help" || screen === "costs") return { body, list: none, pane: body, isSideBySide: false };
  if (columns >= TWO_COLUMNS) {
    const share = screen === "tasks" || screen === "inbox" ? 0.5 : 0.34;
    const width = Math.max(44, Math.floor(columns * share));
    const list = screen === "gates" ? listAbove(state, { width: columns - width - 3, height }) : { width, height };
    return {
      body,
      list: screen === "gates" ? list : { width, height },
      pane: { width: columns - width - 3, height: screen === "gates" ? height - list.height - 1 : height },
      isSideBySide: true,
    };
  }
  if (screen === "log" || screen === "diff") return { body, list: none, pane: body, isSideBySide: false };
  const list = listAbove(state, body);
  return { body, list, pane: { width: columns, height: Math.max(0, height - list.height - 1) }, isSideBySide: false };
}

/** What a list takes of a height that it shares with what it is about. */
function listAbove(state: MonitorState, { width, height }: Box): Box {
  const { screen } = state;
  if (screen === "tasks") return { width, height: Math.max(3, height - Math.max(4, Math.floor(height * 0.35)) - 1) };
  const entries = screen === "inbox" ? shownCards(state).length : receiptsAt(state).length;
  return { width, height: Math.max(1, Math.min(entries, Math.floor((height - 1) * 0.4))) };
}

/** The width of the column of tasks on the left; 0 where there is none. */
export const tasksBeside = (state: MonitorState, size: Size): number =>
  size.columns < TWO_COLUMNS || state.screen === "costs" || state.screen === "inbox" || state.mode.kind === "help"
    ? 0
    : size.columns - placesOf(state, size).pane.width - 3;
