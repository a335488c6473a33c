/** What each key does to the screen over a run. Pure: what cannot be done here is answered as an effect. */
import { counted } from "../../model/counted.ts";
import type { Size } from "../frame.ts";
import type { Key } from "../key.ts";
import { fieldWith, typeInto } from "../text-field.ts";
import { askAnswer, askApprove, askHint, askLeave, askReject, askStop, pauseOrContinue } from "./ask.ts";
import { isTooSmall, placesOf } from "./layout.ts";
import { logWindow } from "./log-window.ts";
import { receiptsAt } from "./receipts.ts";
import {
  atTask,
  cardAt,
  LOOKING,
  type MonitorState,
  type Option,
  type Pressed,
  SCREENS,
  say,
  shownCards,
  shownTasks,
  toScreen,
} from "./state.ts";
import { askKept } from "./written.ts";

/** One key. */
export function press(state: MonitorState, key: Key, size: Size): Pressed {
  const pressed = pressedOn(state, key, size);
  return { ...pressed, state: { ...pressed.state, gone: null } };
}

function pressedOn(state: MonitorState, key: Key, size: Size): Pressed {
  if (key.name === "ctrl-c") return { state, effect: { kind: "interrupt" } };
  const calm: MonitorState = { ...state, message: null };
  // What cannot be read is not said yes to.
  if (isTooSmall(size)) return key.text === "q" ? askLeave({ ...calm, mode: LOOKING }) : { state };
  const { mode } = calm;
  switch (mode.kind) {
    case "help":
      return { state: inHelp(calm, key, placesOf(calm, size).pane.height) };
    case "choose": {
      if (key.name === "escape") return { state: { ...calm, mode: LOOKING } };
      const option = mode.options.find((one) => isKeyOf(one, key));
      return option === undefined ? { state: calm } : option.take({ ...calm, mode: LOOKING });
    }
    case "write":
      return typed(calm, key);
    case "look":
      return looked(calm, key, size);
    default:
      return mode satisfies never;
  }
}

const isKeyOf = ({ key: wanted }: Option, key: Key): boolean =>
  wanted === "Enter" ? key.name === "enter" : key.text?.toLowerCase() === wanted;

function inHelp(state: MonitorState, key: Key, page: number): MonitorState {
  const word = key.text ?? key.name;
  if (word === "down" || word === "j") return { ...state, scroll: state.scroll + 1 };
  if (word === "up" || word === "k") return { ...state, scroll: Math.max(0, state.scroll - 1) };
  if (word === "pagedown" || word === " ") return { ...state, scroll: state.scroll + page };
  return { ...state, mode: LOOKING, scroll: 0 };
}

function typed(state: MonitorState, key: Key): Pressed {
  const { mode } = state;
  if (mode.kind !== "write") return { state };
  if (key.name === "escape") {
    const left: MonitorState = { ...state, mode: LOOKING };
    if (mode.left !== undefined) return { state: mode.left(left, mode.field.text) };
    return { state: mode.typed === undefined ? left : mode.typed(left, "") };
  }
  if (key.name === "enter") return mode.take(state, mode.field.text);
  const field = typeInto(mode.field, key, false);
  const next: MonitorState = { ...state, mode: { ...mode, field } };
  return { state: mode.typed === undefined || field.text === mode.field.text ? next : mode.typed(next, field.text) };
}

function looked(state: MonitorState, key: Key, size: Size): Pressed {
  const word = key.text ?? key.name;
  const gone = moved(state, word, size);
  if (gone !== null) return { state: gone };
  if (/^[1-6]$/.test(word)) return { state: toScreen(state, SCREENS[Number(word) - 1] ?? "tasks") };
  switch (word) {
    case "tab":
    case "backtab":
      return { state: turned(state, word === "tab" ? 1 : -1) };
    case "enter":
      return { state: entered(state) };
    case "a":
      return { state: askAnswer(state) };
    case "y":
      return { state: askApprove(state) };
    case "r":
      return { state: askReject(state) };
    case "h":
      return { state: askHint(state) };
    case "p":
      return pauseOrContinue(state);
    case "s":
      return { state: askStop(state) };
    case "u":
      return { state: askKept(state) };
    case "l":
      return { state: toScreen(state, "log") };
    case "d":
      return { state: toScreen(state, "diff") };
    case "e":
      return { state: toScreen(state, "gates") };
    case "<":
      return { state: toNeighbour(state, -1) };
    case ">":
      return { state: toNeighbour(state, 1) };
    case "/":
      return { state: askSearch(state) };
    case "n":
      return { state: nextHit(state, 1, size) };
    case "N":
      return { state: nextHit(state, -1, size) };
    case "escape":
      return { state: state.filter === "" ? state : filtered(state, "") };
    case "?":
      return { state: { ...state, mode: { kind: "help" }, scroll: 0 } };
    case "q":
      return askLeave(state);
    default:
      // What was pasted was meant for something else.
      return {
        state:
          key.name === "text" && word.trim() !== "" ? say(state, `${word} does nothing here; ? shows the keys`) : state,
      };
  }
}

const turned = (state: MonitorState, by: 1 | -1): MonitorState =>
  toScreen(state, SCREENS[(SCREENS.indexOf(state.screen) + by + SCREENS.length) % SCREENS.length] ?? "tasks");

/** What one wants next: the answer of a question, the difference of an approval, the log of a task. */
function entered(state: MonitorState): MonitorState {
  if (state.screen === "inbox") {
    const card = cardAt(state);
    if (card === undefined) return state;
    return card.kind === "question" ? askAnswer(state) : toScreen(state, "diff");
  }
  return state.screen === "tasks" ? toScreen(state, "log") : state;
}

function toNeighbour(state: MonitorState, by: 1 | -1): MonitorState {
  const tasks = shownTasks(state);
  const next = tasks[tasks.findIndex(({ id }) => id === state.task) + by];
  return next === undefined ? state : atTask(state, next.id);
}

/** Moving about, which changes nothing; null when the key does something else. */
function moved(state: MonitorState, word: string, size: Size): MonitorState | null {
  const { list, pane } = placesOf(state, size);
  switch (state.screen) {
    case "inbox":
    case "tasks":
      if (word === "." || word === "ctrl-d") return { ...state, scroll: state.scroll + 5 };
      if (word === "," || word === "ctrl-u") return { ...state, scroll: Math.max(0, state.scroll - 5) };
      return inList(state, word, list.height);
    case "log":
      return inLog(state, word, { width: pane.width, height: pane.height - 1 });
    case "diff":
      return inDiff(state, word, pane.height - 2);
    case "gates":
      return inGates(state, word, list.height);
    case "costs": {
      const to = stepped(word, state.scroll, Number.MAX_SAFE_INTEGER, pane.height);
      return to === null ? null : { ...state, scroll: Math.min(to, state.look.tasks.length) };
    }
    default:
      return state.screen satisfies never;
  }
}

/** Where a key leads from a place in a list; null when it does not move. */
function stepped(word: string, at: number, count: number, page: number): number | null {
  const to = (index: number): number => Math.max(0, Math.min(count - 1, index));
  switch (word) {
    case "up":
    case "k":
      return to(at - 1);
    case "down":
    case "j":
      return to(at + 1);
    case "pageup":
      return to(at - page);
    case "pagedown":
    case " ":
      return to(at + page);
    case "home":
    case "g":
      return to(0);
    case "end":
    case "G":
      return to(count - 1);
    default:
      return null;
  }
}

function inList(state: MonitorState, word: string, page: number): MonitorState | null {
  const isInbox = state.screen === "inbox";
  const list: readonly { readonly id: string }[] = isInbox ? shownCards(state) : shownTasks(state);
  const here = isInbox ? state.card : state.task;
  const to = stepped(
    word,
    list.findIndex(({ id }) => id === here),
    list.length,
    page,
  );
  if (to === null) return null;
  const id = list[to]?.id ?? null;
  if (id === null || id === here) return state;
  return isInbox ? { ...state, card: id, scroll: 0 } : { ...atTask(state, id) };
}

function inGates(state: MonitorState, word: string, page: number): MonitorState | null {
  if (word === "." || word === "ctrl-d") return { ...state, scroll: state.scroll + 5 };
  if (word === "," || word === "ctrl-u") return { ...state, scroll: Math.max(0, state.scroll - 5) };
  const to = stepped(word, state.receipt, receiptsAt(state).length, page);
  return to === null ? null : { ...state, receipt: to, scroll: 0 };
}

function inDiff(state: MonitorState, word: string, page: number): MonitorState | null {
  const { lines, hunks, files } = state.diff?.lines ?? { lines: [], hunks: [], files: [] };
  const last = Math.max(0, lines.length - page);
  const at = (line: number | undefined): MonitorState =>
    line === undefined ? say(state, "there is no other") : { ...state, scroll: line };
  switch (word) {
    case "]":
      return at(hunks.find((line) => line > state.scroll));
    case "[":
      return at(hunks.findLast((line) => line < state.scroll));
    case "}":
      return at(files.find((line) => line > state.scroll));
    case "{":
      return at(files.findLast((line) => line < state.scroll));
    case "right":
      return { ...state, side: Math.min(400, state.side + 8) };
    case "left":
      return { ...state, side: Math.max(0, state.side - 8) };
    default: {
      const to = stepped(word, Math.min(state.scroll, last), last + 1, page);
      return to === null ? null : { ...state, scroll: to };
    }
  }
}

function inLog(
  state: MonitorState,
  word: string,
  { width, height }: { readonly width: number; readonly height: number },
): MonitorState | null {
  if (state.log === null || state.log.task !== state.task) return null;
  const { log } = state.log;
  const { first, last, isEnd } = logWindow(log, state.logTop, { width, height, began: 0 });
  switch (word) {
    case "up":
    case "k":
      return { ...state, logTop: Math.max(log.dropped, first - 1) };
    case "down":
    case "j":
      return { ...state, logTop: isEnd ? null : first + 1 };
    case "pageup":
      return { ...state, logTop: Math.max(log.dropped, first - (last - first)) };
    case "pagedown":
    case " ":
      return { ...state, logTop: isEnd ? null : Math.max(first + 1, last) };
    case "home":
    case "g":
      return { ...state, logTop: log.dropped };
    case "end":
    case "G":
      return { ...state, logTop: null };
    default:
      return null;
  }
}

/** What to look for: in a list the entries that have it are left, elsewhere it is gone to. */
function askSearch(state: MonitorState): MonitorState {
  const isList = state.screen === "inbox" || state.screen === "tasks" || state.screen === "costs";
  const { card, task } = state;
  const only = (now: MonitorState, text: string): MonitorState => filtered({ ...now, card, task }, text);
  if (isList)
    return {
      ...state,
      mode: {
        kind: "write",
        label: "Only those with",
        hint: "words of an id, a title, a state.  Enter keeps it, Esc shows all",
        field: fieldWith(state.filter),
        take: (now, text) => ({ state: only({ ...now, mode: LOOKING }, text) }),
        typed: only,
      },
    };
  if (state.screen === "gates") return say(state, "there is nothing to be searched here");
  return {
    ...state,
    mode: {
      kind: "write",
      label: "Search",
      hint: "Enter goes to it, then n and N",
      field: fieldWith(""),
      take: (now, text) => {
        const next: MonitorState = { ...now, mode: LOOKING, search: text };
        return { state: text.trim() === "" ? next : nextHit(next, state.screen === "log" ? -1 : 1) };
      },
    },
  };
}

function filtered(state: MonitorState, filter: string): MonitorState {
  const next = { ...state, filter };
  const [cards, tasks] = [shownCards(next), shownTasks(next)];
  const said =
    filter.trim() === "" ? next : say(next, `${counted(cards.length, "card")}, ${counted(tasks.length, "task")}`);
  // Where the reader was, as long as that is left; else at the first.
  const at = (id: string | null, list: readonly { readonly id: string }[]): string | null =>
    list.some((one) => one.id === id) ? id : (list[0]?.id ?? null);
  return { ...said, card: at(state.card, cards), task: tasks.length === 0 ? state.task : at(state.task, tasks) };
}

/** The next line that has what was looked for, or the one before; round the end. */
function nextHit(state: MonitorState, by: 1 | -1, size?: Size): MonitorState {
  const wanted = state.search.trim().toLowerCase();
  if (state.screen !== "log" && state.screen !== "diff") return state;
  if (wanted === "") return say(state, "nothing was looked for yet: /");
  const log = state.log?.task === state.task ? state.log.log : null;
  const texts =
    state.screen === "diff"
      ? (state.diff?.lines.lines ?? []).map(({ text }) => text)
      : (log?.rows ?? []).map(({ text }) => text);
  const hits = texts.flatMap((text, at) => (text.toLowerCase().includes(wanted) ? [at] : []));
  if (hits.length === 0) return say(state, `nothing has "${state.search.trim()}"`, "yours");
  const dropped = log?.dropped ?? 0;
  const at = state.screen === "diff" ? state.scroll : logAt(state, size) - dropped;
  const hit = by > 0 ? (hits.find((one) => one > at) ?? hits[0]!) : (hits.findLast((one) => one < at) ?? hits.at(-1)!);
  const said = say(state, `${hits.indexOf(hit) + 1} of ${counted(hits.length, "line")} with "${state.search.trim()}"`);
  return state.screen === "diff" ? { ...said, scroll: hit } : { ...said, logTop: hit + dropped };
}

/** The row at the top of the log; behind the last one where the newest are followed. */
function logAt(state: MonitorState, size: Size | undefined): number {
  if (state.logTop !== null) return state.logTop;
  if (state.log === null) return 0;
  const { rows, dropped } = state.log.log;
  if (size === undefined) return rows.length + dropped;
  const { width, height } = placesOf(state, size).pane;
  return logWindow(state.log.log, null, { width, height: height - 1, began: 0 }).first;
}
