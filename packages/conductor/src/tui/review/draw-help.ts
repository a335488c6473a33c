/** The keys. */
import { EMPTY, type Line, line, piece, wrapped } from "../line.ts";

const KEYS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    "Look",
    [
      ["up down j k", "move; PgUp PgDn a page, g G to the ends"],
      ["left right h l", "fold and unfold, or to the group and its first task"],
      ["Space z", "fold or unfold the group, all groups"],
      ["/ n N", "search, the next, the one before"],
      ["Tab 1 2 3 4", "task, what was found, coverage, order"],
      ["] [", "the next and last entry there, and its task"],
      [". ,", "scroll what stands beside the tree"],
    ],
  ],
  [
    "Change",
    [
      ["e Enter", "a field: title, description, acceptance, estimate, priority, ..."],
      ["a", "add a task; in coverage: for the requirement that is looked at"],
      ["d", "drop the task and what is under it"],
      ["s S", "split it; S: each part waits for the one before"],
      ["x m", "mark; merge the marked into this one, or this one into another"],
      ["K J", "up and down among its siblings"],
      ["< > M", "out of its group, under the task above, under another"],
      ["b", "what it waits for: add one, or take it off"],
      ["r", "answer a question"],
      ["u U", "take back, do again"],
    ],
  ],
  [
    "End",
    [
      ["w", "save; comments in the file stay"],
      ["L", "what the file holds now, when somebody else has written it"],
      ["q", "quit; asks when something is not saved"],
    ],
  ],
];

/** All keys, group after group. */
export const drawHelp = (width: number): readonly Line[] =>
  KEYS.flatMap(([title, keys], index) => [
    ...(index === 0 ? [] : [EMPTY]),
    line(title, "bold"),
    ...keys.flatMap(([key, text]) => wrapped([piece(`  ${key.padEnd(15)} `, "busy")], text, width)),
  ]);
