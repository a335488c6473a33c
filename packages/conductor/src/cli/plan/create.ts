import { WerkError } from "@taskwerk/contract/errors";
import { summarizePlan } from "../../plan/summary.ts";
import { type Verb, wordsOf } from "../verb.ts";
import { confirmImport, type ImportFlags, importedView, importPlan } from "./import-plan.ts";
import { makePlan, type PlanFlags, TO_STDOUT } from "./make-plan.ts";
import { makingOf } from "./making-of.ts";
import { planView } from "./plan-view.ts";

/** `plan create PRD --auto-import`: decompose and import in one go. */
export const createPlanVerb: Verb<PlanFlags & ImportFlags & { readonly autoImport?: boolean }> = {
  build: (command) =>
    command
      .argument("[prd...]", "the documents")
      .option("--auto-import", "import without asking")
      .option("--allow-gaps", "although a MUST has no task")
      .option("--recursive", "decompose large tasks further")
      .option("--max-depth <n>", "how deep the tree may be (3)")
      .option("--planner <name>", "outline, claude-api or claude-cli")
      .option("--budget <usd>", "ask no model for more than this")
      .option("-o, --out <file>", "where the plan file goes"),
  async run(app, [paths], flags) {
    if (flags.out === TO_STDOUT)
      throw new WerkError("USAGE", "what is imported needs a file of its own, and -o - writes none", {
        hint: "Only the plan:  conductor plan decompose PRD -o -     Both:  -o plan.yaml",
        field: "out",
        given: flags.out,
      });
    const { plan, file, maxDepth } = await makePlan(app, wordsOf(paths), flags, {
      goOn: flags.out === undefined,
      verb: "plan create",
    });
    if (app.output.format !== "json" && app.output.isTTY)
      app.show(
        "plan",
        { id: plan.id, file, plan, summary: summarizePlan(plan, { maxDepth }), making: await makingOf(app, plan) },
        planView(false),
      );
    await confirmImport(app, plan, file, { ...flags, confirm: flags.autoImport ?? false, yes: "--auto-import" });
    app.show("plan.import", await importPlan(app, plan, file, flags), importedView);
    return undefined;
  },
};
