import { EXIT } from "@taskwerk/contract/errors";
import { shellWord } from "@taskwerk/contract/shell-word";
import type { View } from "@taskwerk/terminal/print-success";
import { counted } from "../../model/counted.ts";
import type { Plan } from "../../model/plan.ts";
import { savePlan } from "../../plan/file.ts";
import { type PlanSummary, summarizePlan } from "../../plan/summary.ts";
import type { App } from "../app.ts";
import { mayAsk } from "../may-talk.ts";
import { type Verb, wordOf } from "../verb.ts";
import { editText } from "./edit-text.ts";
import { findPlan } from "./find-plan.ts";
import { makingOf } from "./making-of.ts";
import { planView, type ShownPlan } from "./plan-view.ts";
import { sourcesToCheck } from "./sources-of.ts";

/** `plan review [PLAN]`: what a person checks before tasks are made of it. Exit 11 while gaps or questions are open. */
export const reviewPlanVerb: Verb<{ readonly edit?: boolean; readonly tui?: boolean }> = {
  build: (command) =>
    command
      .argument("[plan]", "a plan file or id; default the newest")
      .option("--edit", "in $EDITOR instead of in full screen, again until it is sound")
      .option("--no-tui", "print it; what is done anyway where there is no terminal"),
  async run(app, [named], flags) {
    const found = await findPlan(app, wordOf(named));
    const { path } = found;
    if (!flags.edit && flags.tui !== false && mayAsk(app)) {
      const left = await onScreen(app, path, found.plan);
      if (left !== null) return left.exit;
    }
    let { plan } = found;
    if (flags.edit) {
      const edit = await editText(app, path);
      if (edit.outcome === "edited") plan = edit.plan;
      else app.note("nothing was changed");
      if (edit.outcome === "edited") tellOfImported(app, plan, path);
      if (edit.outcome === "edited" && plan.status === "draft") {
        plan = { ...plan, status: "reviewing" };
        await savePlan("", plan, path);
      }
    }
    const summary = summarizePlan(plan, { sources: await sourcesToCheck(app, plan, path) });
    app.show<ShownPlan>(
      "plan",
      { id: plan.id, file: path, plan, summary, making: await makingOf(app, plan) },
      planView(true, { review: true }),
    );
    return exitOf(summary);
  },
};

/** In full screen; null where the terminal cannot do that. */
async function onScreen(app: App, path: string, plan: Plan): Promise<{ readonly exit: number | undefined } | null> {
  const screen = await app.world.reviewScreen();
  if (screen === null) return null;
  const { reviewOnScreen } = await import("./review-on-screen.ts");
  const sources = await sourcesToCheck(app, plan, path);
  const making = await makingOf(app, plan);
  const left = await reviewOnScreen(app, screen, { path, plan, sources, making });
  if (left.kept !== null) app.note(`What was not saved is in ${left.kept}; the next review goes on with it`);
  if (app.world.interrupted.aborted) throw new Error("the review was interrupted");
  if (left.wasSaved) tellOfImported(app, left.plan, path);
  const summary = summarizePlan(left.plan, { sources });
  app.show<ShownPlan>("plan", { id: plan.id, file: path, plan: left.plan, summary, making }, LEFT);
  return { exit: exitOf(summary) };
}

/** What is said once the screen is gone: how the plan stands, and what to type next. */
const LEFT: View<ShownPlan> = {
  ...planView(true),
  screen(output, { data: { plan, summary, file } }) {
    const { must } = summary.coverage;
    const errors = summary.problems.filter(({ severity }) => severity === "error").length;
    const open = [
      ...(errors === 0 ? [] : [counted(errors, "error")]),
      ...(summary.gaps.length === 0 ? [] : [counted(summary.gaps.length, "gap")]),
      ...(summary.questions.length === 0 ? [] : [counted(summary.questions.length, "question")]),
    ];
    output.line(
      `Plan ${plan.id}, ${plan.status}: ${counted(summary.counts.leaves, "task")}, MUST ${must.covered} of ${must.total}`,
    );
    output.line(open.length === 0 ? "Nothing is open." : `Open      ${open.join(", ")}`);
    output.line(`File      ${file}`);
    if (plan.status !== "imported") output.line("Next      conductor plan import --confirm");
  },
};

function tellOfImported(app: App, plan: Plan, path: string): void {
  if (plan.status === "imported")
    app.note(`taskwerk is as it was; to take this over there:  conductor plan update ${shellWord(path)}`);
}

/** Errors, then what a person has to decide. */
function exitOf({ settled, problems }: PlanSummary): number | undefined {
  if (problems.some(({ severity }) => severity === "error")) return EXIT.usage;
  return settled ? undefined : EXIT.waiting;
}
