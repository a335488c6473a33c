/** Looking for tasks by their words. Pure. */
import { counted } from "../../model/counted.ts";
import { write } from "./ask.ts";
import { type ReviewState, revealed, say, TREE } from "./state.ts";

/** What to look for: the first task that has it is shown with every letter. */
export function askSearch(state: ReviewState): ReviewState {
  const from = state.at;
  return {
    ...state,
    mode: write("Search", "", (now, text) => ({ state: found({ ...now, mode: TREE }, text, from) }), {
      typed: (now, text) => found(now, text, from),
      hint: "words of a title, a number or a key.  Enter stays there, Esc goes back; then n and N",
    }),
  };
}

function found(state: ReviewState, text: string, from: string | null): ReviewState {
  const next = { ...state, search: text };
  if (text.trim() === "") return from === null ? next : revealed(next, from);
  const hits = hitsOf(next);
  if (hits.length === 0) return say(next, `nothing has "${text.trim()}"`, "yours");
  const keys = next.summary.rows.map(({ key }) => key);
  const at = keys.indexOf(from ?? "");
  const hit = hits.find((key) => keys.indexOf(key) >= at) ?? hits[0];
  return say(hit === undefined ? next : revealed(next, hit), counted(hits.length, "task"));
}

/** The tasks that have what was looked for, in tree order. */
export function hitsOf({ search, summary }: Pick<ReviewState, "search" | "summary">): readonly string[] {
  const wanted = search.trim().toLowerCase();
  if (wanted === "") return [];
  return summary.rows
    .filter(
      ({ title, number, key }) =>
        title.toLowerCase().includes(wanted) || number === wanted || key.toLowerCase().includes(wanted),
    )
    .map(({ key }) => key);
}

/** The next task that has what was looked for, or the one before; round the end. */
export function nextHit(state: ReviewState, by: 1 | -1): ReviewState {
  if (state.search.trim() === "") return say(state, "nothing was looked for yet: /");
  const hits = hitsOf(state);
  if (hits.length === 0) return say(state, `nothing has "${state.search.trim()}"`, "yours");
  const keys = state.summary.rows.map(({ key }) => key);
  const at = keys.indexOf(state.at ?? "");
  const next =
    by > 0
      ? (hits.find((key) => keys.indexOf(key) > at) ?? hits[0])
      : (hits.findLast((key) => keys.indexOf(key) < at) ?? hits.at(-1));
  return next === undefined ? state : revealed(say(state, counted(hits.length, "task")), next);
}
