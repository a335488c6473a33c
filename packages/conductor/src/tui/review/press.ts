/** What each key does to a review. Pure: what cannot be done here is answered as an effect. */
import { counted } from "../../model/counted.ts";
import { redoEdit, undoEdit } from "../../plan/editing.ts";
import type { Key } from "../key.ts";
import { typeInto } from "../text-field.ts";
import {
  askAnswer,
  askDependency,
  askField,
  askMerge,
  askNew,
  askParent,
  askParts,
  askQuestion,
  mergeInto,
  moveUnder,
} from "./ask.ts";
import { askConflict, askLeave } from "./ask-save.ts";
import { itemsOf } from "./items.ts";
import { askSearch, nextHit } from "./search.ts";
import {
  edited,
  groupsAbove,
  isUnsaved,
  PANES,
  type Pressed,
  type ReviewState,
  revealed,
  rowOf,
  say,
  shownRows,
  TREE,
  taskAt,
  withEditing,
} from "./state.ts";

/** How many lines a page has. */
export interface Page {
  readonly lines: number;
}

/** One key. */
export function press(state: ReviewState, key: Key, page: Page): Pressed {
  const { mode } = state;
  if (key.name === "ctrl-c") return interrupted(state);
  const calm: ReviewState = { ...state, message: null };
  switch (mode.kind) {
    case "help":
      if (key.name === "down" || key.text === "j") return { state: { ...calm, scroll: calm.scroll + 1 } };
      if (key.name === "up" || key.text === "k") return { state: { ...calm, scroll: Math.max(0, calm.scroll - 1) } };
      if (key.name === "pagedown" || key.text === " ") return { state: { ...calm, scroll: calm.scroll + page.lines } };
      return { state: { ...calm, mode: TREE, scroll: 0 } };
    case "choose": {
      if (key.name === "escape" && mode.canLeave) return { state: { ...calm, mode: TREE } };
      const option = mode.options.find((one) => one.key === key.text?.toLowerCase());
      return option === undefined ? { state: calm } : option.take({ ...calm, mode: TREE });
    }
    case "write":
      return typed(calm, key);
    case "pick":
      return picked(calm, key, page);
    case "tree":
      return inTree(calm, key, page);
    default:
      return mode satisfies never;
  }
}

/** Ctrl-C asks what to do with changes that are not saved; the second one ends it, and they stay where they are kept. */
function interrupted(state: ReviewState): Pressed {
  const { mode } = state;
  const isAsking = mode.kind === "choose" && mode.options.some(({ key }) => key === "d");
  return isUnsaved(state) && !isAsking ? askLeave(state) : { state, effect: "interrupt" };
}

function typed(state: ReviewState, key: Key): Pressed {
  const { mode } = state;
  if (mode.kind !== "write") return { state };
  if (key.name === "escape") {
    const left: ReviewState = { ...state, mode: TREE };
    return { state: mode.typed === undefined ? left : mode.typed(left, "") };
  }
  if (key.name === (mode.lines ? "ctrl-s" : "enter")) return mode.take(state, mode.field.text);
  const field = typeInto(mode.field, key, mode.lines);
  const next: ReviewState = { ...state, mode: { ...mode, field } };
  return { state: mode.typed === undefined || field.text === mode.field.text ? next : mode.typed(next, field.text) };
}

function picked(state: ReviewState, key: Key, page: Page): Pressed {
  const { mode } = state;
  if (mode.kind !== "pick") return { state };
  if (key.name === "escape") return { state: revealed({ ...state, mode: TREE }, mode.subject) };
  if (key.name === "enter") return mode.take(state, state.at);
  if (mode.top && key.text === "0") return mode.take(state, null);
  return { state: moved(state, key, page) ?? state };
}

/** Moving about in the tree, which changes nothing; null when the key does something else. */
function moved(state: ReviewState, key: Key, page: Page): ReviewState | null {
  const rows = shownRows(state);
  const at = rows.findIndex((row) => row.key === state.at);
  const to = (index: number): ReviewState => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    return row === undefined || row.key === state.at ? state : { ...state, at: row.key, scroll: 0 };
  };
  switch (key.text ?? key.name) {
    case "up":
    case "k":
      return to(at - 1);
    case "down":
    case "j":
      return to(at + 1);
    case "pageup":
      return to(at - page.lines);
    case "pagedown":
      return to(at + page.lines);
    case "home":
    case "g":
      return to(0);
    case "end":
    case "G":
      return to(rows.length - 1);
    case "left":
    case "h":
      return folded(state, "in");
    case "right":
    case "l":
      return folded(state, "out");
    case " ":
      return folded(state, "other");
    case "z":
      return foldedAll(state);
    default:
      return null;
  }
}

/** Folds the group, or goes to the one above; unfolds it, or goes to its first task. `other`: the group of a task is folded, too. */
function folded(state: ReviewState, how: "in" | "out" | "other"): ReviewState {
  const row = rowOf(state, state.at);
  if (row === undefined) return state;
  const isFolded = state.folded.has(row.key);
  if (row.isGroup && (how === "other" || (how === "in") !== isFolded)) {
    const next = new Set(state.folded);
    if (isFolded) next.delete(row.key);
    else next.add(row.key);
    return { ...state, folded: next };
  }
  if (how === "out" && row.isGroup) {
    const rows = shownRows(state);
    const child = rows[rows.findIndex(({ key }) => key === row.key) + 1];
    return child === undefined ? state : { ...state, at: child.key, scroll: 0 };
  }
  const [above] = groupsAbove(state, row.key);
  if (how === "out" || above === undefined) return state;
  const folded = how === "other" ? new Set([...state.folded, above]) : state.folded;
  return { ...state, at: above, folded, scroll: 0 };
}

function foldedAll(state: ReviewState): ReviewState {
  if (state.folded.size > 0) return { ...state, folded: new Set() };
  const groups = state.summary.rows.filter(({ isGroup }) => isGroup).map(({ key }) => key);
  const top = state.at === null ? undefined : (groupsAbove(state, state.at).at(-1) ?? state.at);
  return { ...state, folded: new Set(groups), at: top ?? null, scroll: 0 };
}

function inTree(state: ReviewState, key: Key, page: Page): Pressed {
  const gone = moved(state, key, page);
  if (gone !== null) return { state: gone };
  const word = key.text ?? key.name;
  if (/^[1-4]$/.test(word)) return { state: { ...state, pane: PANES[Number(word) - 1] ?? "task", item: 0, scroll: 0 } };
  switch (word) {
    case "tab":
      return { state: turned(state, 1) };
    case "backtab":
      return { state: turned(state, -1) };
    case "]":
      return { state: toItem(state, state.item + 1) };
    case "[":
      return { state: toItem(state, state.item - 1) };
    case "ctrl-d":
    case ".":
      return { state: { ...state, scroll: state.scroll + Math.ceil(page.lines / 2) } };
    case "ctrl-u":
    case ",":
      return { state: { ...state, scroll: Math.max(0, state.scroll - Math.ceil(page.lines / 2)) } };
    case "/":
      return { state: askSearch(state) };
    case "n":
      return { state: nextHit(state, 1) };
    case "N":
      return { state: nextHit(state, -1) };
    case "?":
      return { state: { ...state, mode: { kind: "help" }, scroll: 0 } };
    case "u":
      return { state: undone(state) };
    case "U":
    case "ctrl-r":
      return { state: redone(state) };
    case "w":
    case "ctrl-s":
      if (state.isChangedOnDisk && isUnsaved(state)) return { state: askConflict(state) };
      return isUnsaved(state) ? { state, effect: "save" } : { state: say(state, "nothing to save") };
    case "L":
      return { state, effect: "load" };
    case "q":
      return askLeave(state);
    case "a":
      return { state: added(state) };
    case "r":
      return { state: answered(state) };
    default:
      return { state: onTask(state, word) };
  }
}

const turned = (state: ReviewState, by: 1 | -1): ReviewState => {
  const next = PANES[(PANES.indexOf(state.pane) + by + PANES.length) % PANES.length] ?? "task";
  return { ...state, pane: next, item: 0, scroll: 0 };
};

/** Another entry of the pane, and the task that it is about. The first time, the pane with what was found is opened. */
function toItem(state: ReviewState, wanted: number): ReviewState {
  const opened: ReviewState =
    state.pane === "check" || state.pane === "coverage" ? state : { ...state, pane: "check", item: 0, scroll: 0 };
  const items = itemsOf(opened);
  const item = opened === state ? Math.max(0, Math.min(items.length - 1, wanted)) : 0;
  const task = items[item]?.task ?? null;
  const there = task === null ? opened : revealed(opened, task);
  return { ...there, item, scroll: opened.scroll };
}

/** What is done to the task where the reader is. */
function onTask(state: ReviewState, word: string): ReviewState {
  const task = taskAt(state);
  if (task === undefined) return state;
  const { key } = task;
  switch (word) {
    case "e":
    case "enter":
      return askField(state, task);
    case "x": {
      const marked = new Set(state.marked);
      if (!marked.delete(key)) marked.add(key);
      return say(
        { ...state, marked },
        marked.size === 0 ? "" : `${counted(marked.size, "task")} marked: m merges them into the one where you are`,
      );
    }
    case "m": {
      const others = [...state.marked].filter((one) => one !== key);
      return others.length > 0 ? mergeInto(state, key, others) : askMerge(state, key);
    }
    case "s":
      return askParts(state, task, false);
    case "S":
      return askParts(state, task, true);
    case "d":
      return dropped(state);
    case "J":
      return reordered(state, 1);
    case "K":
      return reordered(state, -1);
    case ">": {
      const siblings = siblingsOf(state);
      const before = siblings[siblings.indexOf(key) - 1];
      return before === undefined
        ? say(state, "there is no task above it to put it under")
        : moveUnder(state, key, before);
    }
    case "<": {
      const [parent, above = null] = groupsAbove(state, key);
      return parent === undefined ? say(state, "it is at the top already") : moveUnder(state, key, above);
    }
    case "M":
      return askParent(state, key);
    case "b":
      return askDependency(state, key);
    case "escape":
      return { ...state, marked: new Set(), search: "" };
    default:
      return state;
  }
}

/** The tasks of the group in which the reader is, in order. */
function siblingsOf(state: ReviewState): readonly string[] {
  const parents = new Map(state.editing.plan.tasks.map((task) => [task.key, task.parent]));
  const parent = parents.get(state.at ?? "");
  return state.summary.rows.filter(({ key }) => parents.get(key) === parent).map(({ key }) => key);
}

function reordered(state: ReviewState, by: 1 | -1): ReviewState {
  const siblings = siblingsOf(state);
  const at = siblings.indexOf(state.at ?? "");
  const other = siblings[at + by];
  if (state.at === null || other === undefined)
    return say(state, `it is the ${by > 0 ? "last" : "first"} of its group already`);
  const before = by < 0 ? other : (siblings[at + 2] ?? null);
  return edited(state, { kind: "reorder", task: state.at, before }, `moved ${by > 0 ? "down" : "up"}`);
}

function dropped(state: ReviewState): ReviewState {
  const row = rowOf(state, state.at);
  if (row === undefined) return state;
  const tasks = state.editing.plan.tasks.length;
  const next = edited(state, { kind: "drop", task: row.key }, "");
  if (next.editing === state.editing) return next;
  const gone = tasks - next.editing.plan.tasks.length;
  return say(
    next,
    `dropped ${row.number} ${row.title}${gone > 1 ? ` and ${gone - 1} under it` : ""}  (u takes it back)`,
    "good",
  );
}

/** A new task: for the requirement that is looked at, else beside the task where the reader is. */
function added(state: ReviewState): ReviewState {
  const looked = itemsOf(state)[state.item]?.requirement ?? null;
  const row = rowOf(state, state.at);
  const parent = row === undefined ? null : row.isGroup ? row.key : (groupsAbove(state, row.key)[0] ?? null);
  return askNew(state, parent, looked);
}

/** The question that is looked at, else those of the task, else those of the plan. */
function answered(state: ReviewState): ReviewState {
  const looked = itemsOf(state)[state.item];
  if (looked?.question !== null && looked?.question !== undefined)
    return askAnswer(state, looked.task, looked.question);
  const own = taskAt(state)?.questions ?? [];
  if (own.length > 0) return askQuestion(state, state.at, own);
  const { questions } = state.editing.plan;
  if (questions.length > 0) return askQuestion(state, null, questions);
  const open = state.summary.questions.length;
  return say(
    state,
    open === 0 ? "no question is open" : `no question here; ${counted(open, "question")} elsewhere: ] finds them`,
  );
}

function undone(state: ReviewState): ReviewState {
  const before = undoEdit(state.editing);
  if (before === null) return say(state, "nothing to take back");
  const last = state.editing.done.at(-1)?.edit;
  const next = withEditing(state, before);
  const back = last !== undefined && "task" in last && last.task !== null && rowOf(next, last.task) ? last.task : null;
  return say(back === null ? next : revealed(next, back), "taken back  (U does it again)");
}

function redone(state: ReviewState): ReviewState {
  const after = redoEdit(state.editing);
  return after === null ? say(state, "nothing was taken back") : say(withEditing(state, after), "done again");
}
