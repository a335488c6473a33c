import { WerkError } from "@taskwerk/contract/errors";
import { summarizePlan } from "../../plan/summary.ts";
import { type Verb, wordsOf } from "../verb.ts";
import { makePlan, type PlanFlags, TO_STDOUT } from "./make-plan.ts";
import { makingOf } from "./making-of.ts";
import { planView } from "./plan-view.ts";

/** `plan decompose PRD…`: documents to a plan file; imports nothing. */
export const decomposeVerb: Verb<PlanFlags> = {
  build: (command) =>
    command
      .argument("[prd...]", "the documents")
      .option("--recursive", "decompose large tasks further")
      .option("--max-depth <n>", "how deep the tree may be (3)")
      .option("--planner <name>", "outline, claude-api or claude-cli")
      .option("--budget <usd>", "ask no model for more than this")
      .option("-o, --out <file>", "where the plan file goes; - for stdout"),
  async run(app, [paths], flags) {
    if (flags.out === TO_STDOUT && app.output.format === "json")
      throw new WerkError("USAGE", "-o - prints YAML, and --json prints JSON: both want stdout.", {
        hint: "One of them; --json has the whole plan in data.plan.",
        field: "out",
      });
    const { plan, file, maxDepth } = await makePlan(app, wordsOf(paths), flags);
    if (file === TO_STDOUT) {
      const { planToYaml } = await import("../../plan/plan-yaml.ts");
      const yaml = planToYaml(plan, null);
      // A file gets it as it is; a terminal acts on some characters that YAML lets through.
      if (app.output.isTTY) for (const line of yaml.trimEnd().split("\n")) app.output.line(line);
      else app.output.raw(yaml);
      return undefined;
    }
    app.show(
      "plan",
      { id: plan.id, file, plan, summary: summarizePlan(plan, { maxDepth }), making: await makingOf(app, plan) },
      planView(true),
    );
    return undefined;
  },
};
