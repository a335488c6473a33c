/** The whole screen over a run. Pure: the same state and size give the same lines. */
import { filled, ruleOf, type Size, window } from "../frame.ts";
import { EMPTY, type Line, line, piece, toWidth } from "../line.ts";
import { drawCosts } from "./draw-costs.ts";
import { drawDiff } from "./draw-diff.ts";
import { footOf } from "./draw-foot.ts";
import { drawReceipt, drawReceipts } from "./draw-gates.ts";
import { headOf } from "./draw-head.ts";
import { drawHelp } from "./draw-help.ts";
import { drawCard, drawCards } from "./draw-inbox.ts";
import { drawTask, drawTasks, placeInTasks } from "./draw-tasks.ts";
import { type Box, isTooSmall, type Places, placesOf, tasksBeside } from "./layout.ts";
import { logWindow } from "./log-window.ts";
import { type MonitorState, taskAt } from "./state.ts";

/** Exactly as many lines as there are rows, each as wide as the screen at most. */
export function drawMonitor(state: MonitorState, size: Size): readonly Line[] {
  const { columns, rows } = size;
  if (isTooSmall(size)) return filled([line("too small"), line("q quits")], rows).map((one) => toWidth(one, columns));
  const places = placesOf(state, size);
  const body = bodyOf(state, size, places);
  const lines = [...headOf(state, size), ...filled(body, places.body.height), ...footOf(state, columns)];
  return filled(lines.slice(0, rows), rows).map((one) => toWidth(one, columns));
}

function bodyOf(state: MonitorState, size: Size, places: Places): readonly Line[] {
  const { list, pane, body, isSideBySide } = places;
  if (state.mode.kind === "help") return window(drawHelp(body.width), state.scroll, body.height);
  const left = listOf(state, list);
  const right = isSideBySide && state.screen === "tasks" ? taskAndLog(state, pane) : paneOf(state, pane);
  if (!isSideBySide) {
    if (list.height === 0) return right;
    const place = state.screen === "tasks" ? placeInTasks(state, list.height) : "";
    return [...filled(left, list.height), ruleOf(place, body.width), ...right];
  }
  const isGates = state.screen === "gates";
  const beside = isGates
    ? drawTasks(state, { width: tasksBeside(state, size), height: body.height })
    : state.screen === "inbox" || state.screen === "tasks"
      ? left
      : drawTasks(state, { width: list.width, height: body.height });
  const main = isGates ? [...filled(left, list.height), ruleOf("", pane.width), ...right] : right;
  const width = body.width - pane.width - 3;
  return filled(beside, body.height).map((one, row) => [
    ...toWidth(one, width),
    piece(" | ", "quiet"),
    ...(main[row] ?? EMPTY),
  ]);
}

function listOf(state: MonitorState, box: Box): readonly Line[] {
  switch (state.screen) {
    case "inbox":
      return drawCards(state, box);
    case "tasks":
      return drawTasks(state, box);
    case "gates":
      return drawReceipts(state, box);
    default:
      return [];
  }
}

function paneOf(state: MonitorState, { width, height }: Box): readonly Line[] {
  switch (state.screen) {
    case "inbox":
      return window(drawCard(state, width), state.scroll, height);
    case "tasks":
      return window(drawTask(state, width), state.scroll, height);
    case "log":
      return drawLog(state, { width, height });
    case "diff":
      return drawDiff(state, { width, height });
    case "gates":
      return window(drawReceipt(state, width), state.scroll, height);
    case "costs":
      return window(drawCosts(state, width), state.scroll, height);
    default:
      return state.screen satisfies never;
  }
}

/** The task, and below it the newest of its log. */
function taskAndLog(state: MonitorState, { width, height }: Box): readonly Line[] {
  const task = drawTask(state, width);
  const room = height - Math.min(task.length, Math.floor(height / 2)) - 1;
  const log = state.log?.task === state.task ? state.log.log : null;
  if (log === null || log.rows.length === 0) return window(task, state.scroll, height);
  const began = beganAt(state, taskAt(state)?.attemptIds[0]);
  return [
    ...window(task, state.scroll, height - room - 1),
    ruleOf("log", width),
    ...logWindow(log, null, { width, height: room, began }).lines,
  ];
}

/** One line that says whose log it is and whether the newest are followed, then the rows. */
function drawLog(state: MonitorState, { width, height }: Box): readonly Line[] {
  const task = taskAt(state);
  if (task === undefined) return [line("No task is chosen.", "quiet")];
  const { log } = state;
  if (log === null || log.task !== task.id) return [line(`reading ${task.id} ...`, "quiet")];
  const { rows, dropped } = log.log;
  const title = `${task.id}  ${task.title}`;
  if (rows.length === 0) return [line(title, "bold"), line("No agent has worked on it yet.", "quiet")];
  const began = beganAt(state, task.attemptIds[0]);
  const shown = logWindow(log.log, state.logTop, { width, height: height - 1, began });
  const before = dropped > 0 && shown.first <= dropped ? `earlier: conductor log ${task.id} --raw   ` : "";
  const follows =
    state.logTop === null
      ? task.isOpen
        ? "follows"
        : "the end"
      : `row ${shown.first + 1} of ${rows.length + dropped}`;
  const said = `  ${before}${follows}`;
  return [
    [
      ...toWidth([piece(title, "bold")], Math.max(8, width - said.length)),
      piece(said, state.logTop === null ? "quiet" : "yours"),
    ],
    ...shown.lines,
  ];
}

const beganAt = ({ look }: MonitorState, attempt: string | undefined): number =>
  Date.parse(look.state.attempts.get(attempt ?? "")?.startedAt ?? look.now);
