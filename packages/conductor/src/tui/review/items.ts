/** What the panes beside the tree list: what was found and guessed, and what is covered. Pure. */
import { counted } from "../../model/counted.ts";
import type { Requirement } from "../../model/plan.ts";
import { markOf } from "../../plan/finding.ts";
import { HIDDEN_WORDS } from "../../plan/summary.ts";
import type { Tone } from "../line.ts";
import type { ReviewState } from "./state.ts";

/** One entry. `task`: where it leads; `question` and `requirement`: what can be done about it here. */
export interface Item {
  readonly mark: string;
  readonly tone: Tone;
  readonly text: string;
  /** What to do about it. */
  readonly hint: string | null;
  readonly task: string | null;
  /** Where it stands among the questions of its task, or of the plan. */
  readonly question: number | null;
  readonly requirement: Requirement | null;
}

const item = (mark: string, tone: Tone, text: string, more: Partial<Item> = {}): Item => ({
  mark,
  tone,
  text,
  hint: null,
  task: null,
  question: null,
  requirement: null,
  ...more,
});

/** The entries of the pane that is open; none in one without entries. */
export function itemsOf(state: ReviewState): readonly Item[] {
  if (state.pane === "check") return checkItems(state);
  return state.pane === "coverage" ? coverageItems(state) : [];
}

/** In the order of what can go wrong: errors, gaps, questions, warnings, what was assumed, hidden and left out. */
function checkItems({ summary, editing }: ReviewState): readonly Item[] {
  const { tasks, requirements } = editing.plan;
  const keys = new Set(tasks.map(({ key }) => key));
  const found = (tone: Tone) => (finding: (typeof summary.problems)[number]) =>
    item(markOf(finding), tone, finding.message, {
      hint: finding.hint,
      task: finding.about.find((one) => keys.has(one)) ?? null,
      requirement: requirements.find(({ id }) => id === finding.about[0]) ?? null,
    });
  const asked = new Map<string | null, number>();
  return [
    ...summary.problems.filter(({ severity }) => severity === "error").map(found("bad")),
    ...summary.gaps.map(found("yours")),
    ...summary.questions.map(({ id, task, number, text }) => {
      const question = asked.get(task) ?? 0;
      asked.set(task, question + 1);
      return item(id, "busy", `${number === null ? "" : `${number}  `}${text}`, { task, question });
    }),
    ...summary.problems.filter(({ severity }) => severity !== "error").map(found("plain")),
    ...summary.assumptions.map((text) => item("assumed", "quiet", text)),
    ...summary.nonGoals.map((text) => item("no goal", "quiet", text)),
    ...summary.hidden.map(({ source, kind, text }) =>
      item("hidden", "yours", `${source} has ${HIDDEN_WORDS[kind]}: ${text}`),
    ),
    ...summary.leftOut.map(({ title, source, items, reason }) =>
      item("left out", "quiet", `"${title}" (${source}): ${counted(items, "item")}, ${reason}`),
    ),
  ];
}

function coverageItems({ summary, editing }: ReviewState): readonly Item[] {
  const { tasks, requirements } = editing.plan;
  const serving = new Map<string, string[]>();
  for (const { key, requirements: ids } of tasks)
    for (const id of ids) serving.set(id, [...(serving.get(id) ?? []), key]);
  const numbers = new Map(summary.rows.map(({ key, number }) => [key, number]));
  return requirements.map((requirement) => {
    const { id, level, text } = requirement;
    const by = serving.get(id) ?? [];
    const tone = by.length > 0 ? "good" : level === "must" ? "yours" : "quiet";
    const said = by.length > 0 ? by.map((key) => numbers.get(key) ?? key).join(" ") : "no task";
    return item(id, tone, `${level.toUpperCase()}  ${said}  ${text}`, { task: by[0] ?? null, requirement });
  });
}
