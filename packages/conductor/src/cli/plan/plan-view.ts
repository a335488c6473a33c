import { cyan, dim, type Part, red, textOf, yellow } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { counted } from "../../model/counted.ts";
import type { Plan } from "../../model/plan.ts";
import type { PlanMaking } from "../../model/planning.ts";
import { markOf } from "../../plan/finding.ts";
import { HIDDEN_WORDS, type PlanSummary, workLength } from "../../plan/summary.ts";
import { hanging } from "../../report/layout.ts";
import { madeByWords, standingWords } from "../../report/planning-words.ts";
import { layoutOf } from "../lines-view.ts";

/** A plan with what a person has to know about it. */
export interface ShownPlan {
  readonly id: string;
  readonly file: string;
  readonly plan: Plan;
  readonly summary: PlanSummary;
  readonly making: PlanMaking;
  /** How many of its tasks are done in taskwerk, groups left out; absent where nobody looked, or taskwerk has none of them. */
  readonly done?: { readonly done: number; readonly of: number };
}

/** The column in which what was found begins. */
const MESSAGE_AT = 10;

/**
 * A plan as its reader checks it: tree, coverage, what was found, order; `next`: what to type next, on a terminal. A `review` is
 * printed whole into a pipe too.
 */
export const planView = (next: boolean, { review = false } = {}): View<ShownPlan> => ({
  fields: ["key", "number", "title"],
  known: [
    "id",
    "file",
    "key",
    "number",
    "title",
    "size",
    "after",
    "from",
    "confidence",
    "plan",
    "summary",
    "making",
    "done",
  ],
  items: ({ id, file, plan, summary }) =>
    summary.rows.map((row) => ({ ...row, id: row.key, plan: plan.id, file, ...(row.key === "" ? { id } : {}) })),
  ...(review ? { piped: "screen" as const } : {}),
  screen(output, { data: { plan, summary, making, file, done } }) {
    const { counts, coverage } = summary;
    const from = summary.sources.map(({ path }) => path).join(", ");
    output.line(
      `Plan ${summary.id}, ${standingWords(plan.status, making.drafts)}, from ${from} (${counted(plan.requirements.length, "requirement")})`,
    );
    const { width } = layoutOf(output);
    const imported = plan.status === "imported" ? "It is imported." : "Nothing is imported yet.";
    for (const line of hanging("", `${madeByWords(summary.planner, making.cost)}. ${imported}`, width))
      output.line(line);
    output.line();
    output.table(
      [
        { title: "#" },
        { title: "TASK", shrinks: true, least: 24 },
        { title: "SIZE" },
        { title: "AFTER", shrinks: true },
        { title: "FROM", shrinks: true, from: 70 },
        { title: "SURE" },
      ],
      summary.rows.map((row): readonly Part[] => [
        row.number,
        `${"  ".repeat(row.depth - 1)}${row.title}${row.done ? " (done)" : ""}`,
        row.size ?? "",
        row.isGroup && row.after.length === 0 ? "" : row.after.join(" ") || "-",
        shortFrom(row, summary.sources.length),
        row.isGroup ? "" : `${row.confidence}${row.questions.length > 0 ? ` ${row.questions.join(" ")}` : ""}`,
      ]),
    );
    output.line();
    output.line(
      `Covered   MUST ${coverage.must.covered} of ${coverage.must.total}, SHOULD ${coverage.should.covered} of ${coverage.should.total}${coverage.may.total === 0 ? "" : `, MAY ${coverage.may.covered} of ${coverage.may.total}`}`,
    );
    const row = (mark: Part, text: string): void => {
      const [first = "", ...more] = hanging("", text, width - MESSAGE_AT);
      output.line("  ", mark, `${" ".repeat(MESSAGE_AT - 2 - textOf(mark).length)}${first}`);
      for (const line of more) output.line(`${" ".repeat(MESSAGE_AT)}${line}`);
    };
    for (const gap of summary.gaps) row(yellow(markOf(gap)), gap.message);
    if (summary.gaps.some(({ rule }) => rule === "uncovered-must"))
      row("", "Add a task for it:  conductor plan review --edit");
    const found = summary.problems.filter(({ severity }) => severity !== "gap");
    if (found.length + summary.questions.length + summary.hidden.length > 0) output.line("Check");
    for (const problem of found)
      row(problem.severity === "error" ? red(markOf(problem)) : dim(markOf(problem)), problem.message);
    for (const question of summary.questions)
      row(cyan(question.id), `${question.number === null ? "" : `${question.number}  `}${question.text}`);
    for (const part of summary.assumptions) row(dim("assumed"), part);
    for (const part of summary.hidden)
      row(yellow("hidden"), `${part.source} has ${HIDDEN_WORDS[part.kind]}: plan show --hidden`);
    for (const part of summary.leftOut) {
      const text = `"${part.title}" (${part.source}): ${counted(part.items, "item")}, ${part.reason}`;
      for (const line of hanging("Left out  ", text, width)) output.line(line);
    }
    output.line();
    const order = summary.order?.map((layer) => layer.join(" ")).join(" | ") ?? "";
    for (const line of hanging("Order     ", order, width)) output.line(line);
    if (summary.longest.length > 1)
      for (const line of hanging("Longest   ", summary.longest.join(" > "), width)) output.line(line);
    const minutes = summary.estimateMinutes;
    output.line(
      `Estimate  ${minutes === null ? "unknown: not every task says how long it takes" : `${workLength(minutes)} of work for one agent`}`,
    );
    output.line(
      `          ${counted(counts.leaves, "task")} in ${counted(counts.tasks - counts.leaves, "group")}${counts.done === 0 ? "" : `, ${counts.done} ticked in the document`}`,
    );
    if (done !== undefined) output.line(`Done      ${done.done} of ${counted(done.of, "task")}, as taskwerk has it`);
    output.line(dim(`File      ${file}`));
    if (!output.isTTY || !next || plan.status === "imported") return;
    output.line();
    if (!summary.settled)
      output.line("Next      conductor plan review --edit", dim("     put it right in your editor"));
    output.line(
      `${summary.settled ? "Next" : "    "}      conductor plan import --confirm`,
      dim(summary.gaps.length > 0 ? "  refuses while there are gaps" : ""),
    );
  },
});

/** Requirements by their ids, else the lines; the document's name is above the table when there is one. A group has its parts. */
function shortFrom({ from, isGroup }: PlanSummary["rows"][number], documents: number): string {
  const ids = from.filter((one) => !one.includes("#"));
  if (ids.length > 0 || isGroup) return ids.join(" ");
  return from.map((address) => (documents === 1 ? address.replace(/^.*#/, "") : tailOf(address))).join(" ");
}

/** The end of an address says more than its beginning: names of documents begin alike. */
const tailOf = (address: string): string => (address.length > 16 ? `...${address.slice(-13)}` : address);
