import { EXIT } from "@taskwerk/contract/errors";
import { savePlan } from "../../plan/file.ts";
import { type PlanSummary, summarizePlan } from "../../plan/summary.ts";
import { type Verb, wordOf } from "../verb.ts";
import { editText } from "./edit-text.ts";
import { findPlan } from "./find-plan.ts";
import { planView, type ShownPlan } from "./plan-view.ts";
import { sourcesToCheck } from "./sources-of.ts";

/** `plan review [PLAN]`: what a person checks before tasks are made of it. Exit 11 while gaps or questions are open. */
export const reviewPlanVerb: Verb<{ readonly edit?: boolean; readonly tui?: boolean }> = {
  build: (command) =>
    command
      .argument("[plan]", "a plan file or id; default the newest")
      .option("--edit", "in $EDITOR, again until it is sound")
      .option("--no-tui", "print it; what is done anyway where there is no terminal"),
  async run(app, [named], flags) {
    const found = await findPlan(app, wordOf(named));
    const { path } = found;
    let { plan } = found;
    if (flags.edit) {
      const edit = await editText(app, path);
      if (edit.outcome === "edited") plan = edit.plan;
      else app.note("nothing was changed");
      if (edit.outcome === "edited" && plan.status === "imported")
        app.note(`taskwerk is as it was; to take this over there:  conductor plan update ${path}`);
      if (edit.outcome === "edited" && plan.status === "draft") {
        plan = { ...plan, status: "reviewing" };
        await savePlan("", plan, path);
      }
    }
    const summary = summarizePlan(plan, { sources: await sourcesToCheck(app, plan, path) });
    app.show<ShownPlan>("plan", { id: plan.id, file: path, plan, summary }, planView(true, { review: true }));
    return exitOf(summary);
  },
};

/** Errors, then what a person has to decide. */
function exitOf({ settled, problems }: PlanSummary): number | undefined {
  if (problems.some(({ severity }) => severity === "error")) return EXIT.usage;
  return settled ? undefined : EXIT.waiting;
}
