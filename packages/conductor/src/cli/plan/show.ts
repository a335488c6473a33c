import type { View } from "@taskwerk/terminal/print-success";
import type { HiddenPassage } from "../../model/plan.ts";
import { summarizePlan } from "../../plan/summary.ts";
import { hanging } from "../../report/layout.ts";
import type { App } from "../app.ts";
import { layoutOf } from "../lines-view.ts";
import { type Verb, wordOf } from "../verb.ts";
import { findPlan } from "./find-plan.ts";
import { makingOf } from "./making-of.ts";
import { planView, type ShownPlan } from "./plan-view.ts";
import { sourcesToCheck } from "./sources-of.ts";

/** `plan show [PLAN]`: the newest plan, or the one that is named; `--hidden`: what its documents do not show their readers. */
export const showPlanVerb: Verb<{ readonly hidden?: boolean }> = {
  build: (command) =>
    command
      .argument("[plan]", "a plan file or id; default the newest")
      .option("--hidden", "only the text of the documents that their readers do not see"),
  async run(app, [named], { hidden }) {
    const { path, plan } = await findPlan(app, wordOf(named));
    if (hidden) {
      app.show("plan.hidden", plan.hidden ?? [], HIDDEN);
      return undefined;
    }
    const done = plan.status === "imported" ? await doneOf(app, plan.id) : null;
    const summary = summarizePlan(plan, { sources: await sourcesToCheck(app, plan, path) });
    const shown = { id: plan.id, file: path, plan, summary, making: await makingOf(app, plan) };
    app.show<ShownPlan>("plan", done === null ? shown : { ...shown, done }, planView(true));
    return undefined;
  },
};

const HIDDEN: View<readonly HiddenPassage[]> = {
  fields: ["source", "kind", "text"],
  known: ["source", "kind", "text"],
  items: (passages) => passages.map((passage) => ({ ...passage, id: passage.source })),
  screen(output, { data }) {
    if (data.length === 0) output.line("Nothing is hidden in the documents.");
    const { width } = layoutOf(output);
    for (const { source, kind, text } of data) {
      output.line(`${source}  ${kind}`);
      for (const line of hanging("  ", text, width)) output.line(line);
    }
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
