/** The tasks as a tree of what waits for what, and one of them with what is known of it. Pure. */
import { counted } from "../../model/counted.ts";
import { short } from "../../model/short.ts";
import { heldInWords } from "../../report/claimed.ts";
import { cardLine } from "../../report/inbox-text.ts";
import type { LookTask } from "../../report/look.ts";
import { money } from "../../report/times.ts";
import { firstShown } from "../frame.ts";
import { column, EMPTY, type Line, line, piece, type Tone, wrapped } from "../line.ts";
import { entryLine } from "./entry-line.ts";
import type { Box } from "./layout.ts";
import { cardsOf, type MonitorState, shownTasks, taskAt } from "./state.ts";

/** Deeper than that, a task stands no further right. */
const MOST_INDENT = 8;

export function drawTasks(state: MonitorState, { width, height }: Box): readonly Line[] {
  const tasks = shownTasks(state);
  if (tasks.length === 0)
    return [
      line(
        state.look.tasks.length === 0 ? "There are no tasks yet." : "No task has these words. Esc shows all.",
        "quiet",
      ),
    ];
  const at = tasks.findIndex(({ id }) => id === state.task);
  const first = firstShown(tasks.length, at, height);
  const isFlat = state.filter.trim() !== "";
  const ids = Math.min(14, Math.max(8, ...tasks.map(({ id }) => id.length)));
  return tasks
    .slice(first, first + height)
    .map((task) => taskLine(task, { width, ids, isFlat, isHere: task.id === state.task }));
}

function taskLine(
  { id, title, depth, word, agent, tries }: LookTask,
  {
    width,
    ids,
    isFlat,
    isHere,
  }: { readonly width: number; readonly ids: number; readonly isFlat: boolean; readonly isHere: boolean },
): Line {
  const indent = isFlat ? "" : "  ".repeat(Math.min(depth, MOST_INDENT));
  const mark = !isFlat && depth > 0 ? "- " : "";
  const who =
    width >= 96 ? `${column(agent === null ? "" : `${agent}${tries > 1 ? `, try ${tries}` : ""}`, 18)}  ` : "";
  const said = width >= 70 ? 30 : width >= 56 ? 24 : 18;
  const room = Math.max(4, width - 2 - ids - 1 - who.length - said - 2);
  return entryLine(isHere, width, [
    piece(column(id, ids), "quiet"),
    piece(" "),
    piece(column(`${indent}${mark}${title}`, room), word.tone === "quiet" ? "quiet" : "plain"),
    piece("  "),
    piece(who, "quiet"),
    piece(column(word.text, said), word.tone),
  ]);
}

/** "3-22 of 300": which of the tasks are shown; nothing where all are. */
export function placeInTasks(state: MonitorState, height: number): string {
  const tasks = shownTasks(state);
  if (tasks.length <= height) return "";
  const first = firstShown(
    tasks.length,
    tasks.findIndex(({ id }) => id === state.task),
    height,
  );
  return `${first + 1}-${Math.min(tasks.length, first + height)} of ${tasks.length}`;
}

/** All there is to know of the task where the reader is. */
export function drawTask(state: MonitorState, width: number): readonly Line[] {
  const task = taskAt(state);
  if (task === undefined) return [];
  const said = (label: string, text: string, tone: Tone = "plain"): readonly Line[] =>
    text === "" ? [] : wrapped([piece(label.padEnd(9), "quiet")], text, width, tone);
  const titles = new Map(state.look.tasks.map((one) => [one.id, one]));
  const named = (ids: readonly string[]): string => {
    const shown = ids.slice(0, 6).map((id) => `${id} ${titles.get(id)?.title ?? ""}`);
    return [...shown, ...(ids.length > 6 ? [`and ${ids.length - 6} more`] : [])].join("\n");
  };
  const { id, title, word, agent, tries, reason, after, behind, waitsFor, landed, failing, costUsd, cure } = task;
  // What an agent has used is known when it ends.
  const cost = costUsd === null ? "cost unknown" : task.isOpen && costUsd === 0 ? "cost not known yet" : money(costUsd);
  const who = agent === null ? "" : `${agent}, ${counted(tries, "try", "tries")}, ${cost}`;
  return [
    ...wrapped([piece(`${id}  `, "bold")], title, width, "bold"),
    ...wrapped([], word.text, width, word.tone),
    ...said("Agent", who),
    ...said("Card", waitsFor.map((one) => cardWords(state, one, id)).join("\n"), "yours"),
    ...said("Why", word.text === reason || waitsFor.includes(reason ?? "") ? "" : (reason ?? "")),
    ...said("Held", heldInWords(task, state.look.now, state) ?? "", "yours"),
    ...said("After", named(after)),
    ...said("Before", named(behind)),
    ...said(
      "Landed",
      landed === null ? "" : `${short(landed.commit)}, ${counted(landed.receipts.length, "receipt")} for its tree`,
      "good",
    ),
    ...said(
      "Red",
      failing.map(({ gate, reason: why, failed }) => `${gate}: ${why ?? failed.slice(0, 3).join(", ")}`).join("\n"),
      "bad",
    ),
    ...said("To go on", task.aside ? `p, or: conductor continue ${id}` : (cure ?? "")),
    ...conflictsOf(task, width),
  ];
}

/** What it asks, and who asks it, too. */
function cardWords(state: MonitorState, card: string, task: string): string {
  const found = cardsOf(state).find(({ id }) => id === card);
  if (found === undefined) return card;
  const others = found.tasks.filter((one) => one !== task);
  return `${card} ${cardLine(found)}${others.length === 0 ? "" : ` (also ${others.join(" ")})`}`;
}

const conflictsOf = ({ conflicts }: LookTask, width: number): readonly Line[] =>
  conflicts.length === 0
    ? []
    : [
        EMPTY,
        ...conflicts
          .slice(-3)
          .flatMap(({ rung, outcome, detail }) =>
            wrapped([piece("conflict ", "yours")], `${rung} ${outcome}: ${detail}`, width),
          ),
      ];
