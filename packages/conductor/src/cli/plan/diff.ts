import type { View } from "@taskwerk/terminal/print-success";
import { diffPlans, type PlanDiff } from "../../plan/diff.ts";
import { type Verb, wordOf } from "../verb.ts";
import { diffLines } from "./diff-view.ts";
import { findPlan } from "./find-plan.ts";
import { maxDepthOf } from "./max-depth.ts";
import { type RenewFlags, renewPlan } from "./renew-plan.ts";
import { shownUpdate, updateView } from "./update.ts";

interface Differing {
  readonly from: string;
  readonly to: string;
  readonly diff: PlanDiff;
}

/**
 * `plan diff [PLAN]`: what the documents say differently by now, and what differs from taskwerk; `plan diff A B`: two plans.
 */
export const diffPlanVerb: Verb<RenewFlags> = {
  build: (command) =>
    command
      .argument("[plan]", "a plan file or id; default the newest")
      .argument("[other]", "another plan; default the documents and taskwerk as they are now")
      .option("--max-depth <n>", "how deep the tree may be (3)")
      .option("--planner <name>", "outline or claude-api; default the one that made the plan"),
  async run(app, [named, other], flags) {
    maxDepthOf(flags.maxDepth, null);
    const { path, plan } = await findPlan(app, wordOf(named));
    if (wordOf(other) === "") {
      app.show("plan.update", shownUpdate(path, await renewPlan(app, plan, path, flags), false), updateView);
      return undefined;
    }
    const second = await findPlan(app, wordOf(other));
    app.show<Differing>("plan.diff", { from: path, to: second.path, diff: diffPlans(plan, second.plan) }, VIEW);
    return undefined;
  },
};

const VIEW: View<Differing> = {
  fields: ["from", "to"],
  known: ["from", "to", "diff"],
  items: (data) => [{ ...data, id: data.to }],
  piped: "screen",
  screen: (output, { data }) => diffLines(output, data.diff),
};
