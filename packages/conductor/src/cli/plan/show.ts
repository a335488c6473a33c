import { summarizePlan } from "../../plan/summary.ts";
import { type Verb, wordOf } from "../verb.ts";
import { findPlan } from "./find-plan.ts";
import { planView } from "./plan-view.ts";

/** `plan show [PLAN]`: the newest plan, or the one that is named. */
export const showPlanVerb: Verb<unknown> = {
  build: (command) => command.argument("[plan]", "a plan file or id; default the newest"),
  async run(app, [named]) {
    const { path, plan } = await findPlan(app, wordOf(named));
    app.show("plan", { id: plan.id, file: path, plan, summary: summarizePlan(plan) }, planView(true));
    return undefined;
  },
};
