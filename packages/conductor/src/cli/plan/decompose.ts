import { summarizePlan } from "../../plan/summary.ts";
import { type Verb, wordsOf } from "../verb.ts";
import { makePlan, type PlanFlags } from "./make-plan.ts";
import { planView } from "./plan-view.ts";

/** `plan decompose PRD…`: documents to a plan file; imports nothing. */
export const decomposeVerb: Verb<PlanFlags> = {
  build: (command) =>
    command
      .argument("[prd...]", "the documents")
      .option("--recursive", "decompose large tasks further")
      .option("--max-depth <n>", "how deep the tree may be (3)")
      .option("--planner <name>", "outline or claude-api")
      .option("-o, --out <file>", "where the plan file goes"),
  async run(app, [paths], flags) {
    const { plan, file, maxDepth } = await makePlan(app, wordsOf(paths), flags);
    app.show("plan", { id: plan.id, file, plan, summary: summarizePlan(plan, { maxDepth }) }, planView(true));
    return undefined;
  },
};
