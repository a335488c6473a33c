import { summarizePlan } from "../../plan/summary.ts";
import type { App } from "../app.ts";
import { type Verb, wordOf } from "../verb.ts";
import { findPlan } from "./find-plan.ts";
import { planView, type ShownPlan } from "./plan-view.ts";

/** `plan show [PLAN]`: the newest plan, or the one that is named. */
export const showPlanVerb: Verb<unknown> = {
  build: (command) => command.argument("[plan]", "a plan file or id; default the newest"),
  async run(app, [named]) {
    const { path, plan } = await findPlan(app, wordOf(named));
    const done = plan.status === "imported" ? await doneOf(app, plan.id) : null;
    const shown = { id: plan.id, file: path, plan, summary: summarizePlan(plan) };
    app.show<ShownPlan>("plan", done === null ? shown : { ...shown, done }, planView(true));
    return undefined;
  },
};

/** What has become of a plan's tasks; null where taskwerk has none of them, or cannot be asked. */
async function doneOf(app: App, plan: string): Promise<NonNullable<ShownPlan["done"]> | null> {
  const { tasksOf } = await import("../facts.ts");
  const tasks = ((await tasksOf(app)) ?? []).filter(
    ({ key, children }) => key?.startsWith(`${plan}/`) && children.length === 0,
  );
  return tasks.length === 0 ? null : { done: tasks.filter(({ status }) => status === "done").length, of: tasks.length };
}
