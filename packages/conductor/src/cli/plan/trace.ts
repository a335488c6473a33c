import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import { dim, green, type Part, red, yellow } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { counted } from "../../model/counted.ts";
import type { Plan } from "../../model/plan.ts";
import { emptyState, type RunState } from "../../model/state.ts";
import { hanging } from "../../report/layout.ts";
import { type ReceiptLine, receiptLine } from "../../report/task-report.ts";
import { taskStates } from "../../report/task-state.ts";
import { type RequirementState, type RequirementTrace, traceRequirements } from "../../report/trace.ts";
import type { App } from "../app.ts";
import { tasksOf } from "../facts.ts";
import { layoutOf } from "../lines-view.ts";
import { stateSeen } from "../state-seen.ts";
import { hasJournalAt } from "../system/has-journal.ts";
import { type Verb, wordsOf } from "../verb.ts";
import { findPlan } from "./find-plan.ts";

type TracedTask = Omit<RequirementTrace["tasks"][number], "receipts"> & {
  readonly title: string;
  /** Those that passed for exactly that tree. */
  readonly receipts: readonly ReceiptLine[];
};

/** A requirement, what serves it, and what shows that it holds. */
export type TracedRequirement = Omit<RequirementTrace, "tasks"> & {
  readonly quote: string;
  readonly tasks: readonly TracedTask[];
};

interface Traced {
  readonly id: string;
  readonly file: string;
  readonly counts: Readonly<Record<RequirementState, number>> & { readonly total: number };
  readonly requirements: readonly TracedRequirement[];
}

/** `plan trace [REQUIREMENT...]`: from the line of the document to task, test, receipt and commit, and what is unproven. */
export const tracePlanVerb: Verb<{ readonly plan?: string; readonly unproven?: boolean }> = {
  build: (command) =>
    command
      .argument("[requirement...]", "ids of requirements; default all")
      .option("--plan <plan>", "a plan file or id; default the newest")
      .option("--unproven", "only what is not proven"),
  async run(app, [named], flags) {
    const { path, plan } = await findPlan(app, flags.plan);
    const state = hasJournalAt(app.root) ? await stateSeen(app) : emptyState();
    const all = traced(plan, state, await tracesOf(app, plan, state));
    const wanted = wanting(plan, wordsOf(named));
    const count = (one: RequirementState): number => all.filter((trace) => trace.state === one).length;
    const counts = {
      proven: count("proven"),
      built: count("built"),
      "not-built": count("not-built"),
      total: all.length,
    };
    const requirements = all
      .filter(({ id }) => wanted === null || wanted.has(id))
      .filter(({ state: one }) => !flags.unproven || one !== "proven");
    app.show<Traced>("plan.trace", { id: plan.id, file: path, counts, requirements }, VIEW);
    return undefined;
  },
};

/** The ids that were typed; null = all. Throws USAGE for one that the plan does not have. */
function wanting({ requirements, id }: Plan, typed: readonly string[]): ReadonlySet<string> | null {
  if (typed.length === 0) return null;
  const known = requirements.map((one) => one.id);
  return new Set(
    typed.map((word) => {
      const found = known.find((one) => one.toLowerCase() === word.toLowerCase());
      if (found !== undefined) return found;
      const near = nearest(word, known);
      throw new WerkError(
        "USAGE",
        `plan ${id} has no requirement ${word}.${near === null ? "" : ` Did you mean ${near}?`}`,
        {
          hint: "All of them:  conductor plan trace     Another plan:  --plan PLAN",
          field: "requirement",
          given: word,
          ...(near === null ? {} : { candidates: [near] }),
        },
      );
    }),
  );
}

async function tracesOf(app: App, plan: Plan, state: RunState): Promise<readonly RequirementTrace[]> {
  const tasks = plan.status === "imported" ? await tasksOf(app) : [];
  return traceRequirements(plan, state, taskStates(state, { tasks, driven: false }));
}

function traced(plan: Plan, state: RunState, traces: readonly RequirementTrace[]): readonly TracedRequirement[] {
  const titles = new Map(plan.tasks.map(({ key, title }) => [key, title]));
  const quotes = new Map(plan.requirements.map(({ id, quote }) => [id, quote]));
  return traces.map((trace) => ({
    ...trace,
    quote: quotes.get(trace.id) ?? "",
    tasks: trace.tasks.map((task) => ({
      ...task,
      title: titles.get(task.key) ?? task.key,
      receipts: task.receipts.flatMap((id) => {
        const receipt = state.receipts.get(id);
        return receipt === undefined ? [] : [receiptLine(receipt)];
      }),
    })),
  }));
}

const WORDS: Readonly<Record<RequirementState, Part>> = {
  proven: green("proven"),
  built: yellow("built, not proven"),
  "not-built": red("not built"),
};

const VIEW: View<Traced> = {
  fields: ["id", "level", "state", "text"],
  known: ["id", "level", "state", "text", "source", "quote", "missing", "tasks"],
  items: ({ requirements }) => requirements.map((one) => ({ ...one })),
  screen(output, { data: { id, counts, requirements } }) {
    const { width } = layoutOf(output);
    output.line(
      counts.total === 0
        ? `Plan ${id} has no requirements, so there is nothing to prove.`
        : `Plan ${id}: ${counts.proven} of ${counted(counts.total, "requirement")} proven, ${counts.built} built and not proven, ${counts["not-built"]} not built.`,
    );
    for (const one of requirements) {
      output.line();
      output.line(
        `${one.id}  ${one.level.toUpperCase()}  `,
        WORDS[one.state],
        dim(one.source === "" ? "" : `  ${one.source}`),
      );
      for (const line of hanging("  ", one.text, width)) output.line(line);
      if (one.missing !== null) for (const line of hanging("  ! ", one.missing, width)) output.line(line);
      for (const task of one.tasks) {
        for (const line of hanging("  task     ", `${task.task ?? task.key}  ${task.title}`, width)) output.line(line);
        for (const { text, proof } of task.acceptance)
          for (const line of hanging(
            "  item     ",
            `${text}  (${proof === null ? "nothing is named that proves it" : proof})`,
            width,
          ))
            output.line(proof === null ? dim(line) : line);
        for (const receipt of task.receipts)
          for (const line of hanging("  receipt  ", receiptText(receipt), width)) output.line(line);
        if (task.commit !== null)
          output.line(
            `  commit   ${task.commit.slice(0, 12)}`,
            dim(task.tree === null ? "" : `  tree ${task.tree.slice(0, 12)}`),
          );
      }
    }
    const left = counts.total - counts.proven;
    if (output.isTTY && left > 0 && requirements.length > 1) {
      output.line();
      output.line("Next   conductor plan trace --unproven");
    }
  },
};

const receiptText = ({ id, gate, counts, command }: ReceiptLine): string =>
  `${gate}: ${counts === null ? "passed" : `${counts.passed} of ${counts.total} passed`}  ${command}  (${id})`;
