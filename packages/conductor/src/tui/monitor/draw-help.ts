/** The keys. */
import { EMPTY, type Line, line, piece, wrapped } from "../line.ts";

const KEYS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    "Screens",
    [
      ["1 inbox", "what waits for you, what frees most first"],
      ["2 tasks", "who waits for whom, and where each task stands"],
      ["3 log l", "what the agents of a task say and do, as it happens"],
      ["4 diff d", "what a card is about, or what was done for a task"],
      ["5 gates e", "the receipts of a task: which gate said what of which tree"],
      ["6 costs", "spent, left, and the forecast"],
      ["Tab", "the next screen; Enter opens what is asked or done here"],
    ],
  ],
  [
    "Say something",
    [
      ["a", "answer the question: its number, or w and words"],
      ["y", "approve; asks once more, and Enter does it"],
      ["r", "reject; the agent goes on with your note"],
      ["h", "a hint to the agent of this task, now or in its next brief"],
      ["p", "put this task aside, or let it go on"],
      ["u", "what you wrote and could not be sent: use it, or throw it away"],
      ["s", "stop the run: after the turn, after the tasks, at once"],
    ],
  ],
  [
    "Move",
    [
      ["up down j k", "move; PgUp PgDn a page, g G to the ends"],
      ["< >", "the task before and the next, in log, diff and gates"],
      ["] [", "the next hunk of a difference and the one before; } { the file"],
      ["left right", "a difference wider than the screen"],
      [". ,", "scroll what stands below or beside a list"],
      ["G", "in the log: follow what is new again"],
      ["/ Esc", "only entries with these words; all again"],
      ["/ n N", "in log and diff: search, the next, the one before"],
      ["q Ctrl-C", "leave; a run that goes on elsewhere goes on"],
    ],
  ],
];

export const drawHelp = (width: number): readonly Line[] =>
  KEYS.flatMap(([title, keys], index) => [
    ...(index === 0 ? [] : [EMPTY]),
    line(title, "bold"),
    ...keys.flatMap(([key, text]) => wrapped([piece(`  ${key.padEnd(13)} `, "busy")], text, width)),
  ]);
