import { WerkError } from "@taskwerk/contract/errors";
import { shellWord } from "@taskwerk/contract/shell-word";
import { summarizePlan } from "../../plan/summary.ts";
import { numberAt } from "../agents-of.ts";
import { budgetOf } from "../budget-flag.ts";
import { mayTalk } from "../may-talk.ts";
import { confirmImport, importPlan } from "../plan/import-plan.ts";
import { makePlan } from "../plan/make-plan.ts";
import { makingOf } from "../plan/making-of.ts";
import { planView } from "../plan/plan-view.ts";
import { type Verb, wordsOf } from "../verb.ts";
import { checkWish } from "./check-wish.ts";
import { startDetached } from "./detach.ts";
import { followRun } from "./follow-run.ts";
import { raiseWhileItRuns } from "./raise.ts";
import { type RunFlags, withRunFlags } from "./run-flags.ts";

/** `run [PRD]`: drives a run in the foreground; with a document, it is planned and imported first. */
export const runVerb: Verb<RunFlags & { readonly planner?: string; readonly allowGaps?: boolean }> = {
  build: (command) =>
    withRunFlags(command.argument("[prd...]", "documents to plan and import first"))
      .option("--planner <name>", "outline, claude-api or claude-cli, for the documents")
      .option("--allow-gaps", "import although a MUST has no task"),
  async run(app, [paths], flags) {
    const documents = wordsOf(paths);
    let spentUsd = 0;
    if (flags.auto && flags.interactive)
      throw new WerkError("USAGE", "--auto and --interactive are opposites.", { field: "interactive" });
    if (documents.length === 0 && (await raiseWhileItRuns(app, flags))) return undefined;
    if (documents.length > 0) {
      if (flags.dryRun)
        throw new WerkError(
          "USAGE",
          "--dry-run checks a run of what is in taskwerk, and a document is planned first.",
          {
            hint: `Look at the plan:  conductor plan decompose ${documents.map(shellWord).join(" ")}     Check a run:  conductor run --dry-run`,
            field: "dry-run",
          },
        );
      // Nothing is planned or imported for a run that cannot start.
      await checkWish(app, { flags, resume: null, planning: true });
      const made = await makePlan(
        app,
        documents,
        { recursive: true, ...(flags.planner === undefined ? {} : { planner: flags.planner }) },
        { goOn: true, budgetUsd: budgetOf(flags) ?? numberAt(await app.config(), "budget.session_usd") },
      );
      spentUsd = made.usd ?? 0;
      if (mayTalk(app.output))
        app.show(
          "plan",
          {
            id: made.plan.id,
            file: made.file,
            plan: made.plan,
            summary: summarizePlan(made.plan, { maxDepth: made.maxDepth }),
            making: await makingOf(app, made.plan),
          },
          planView(false),
        );
      const allowGaps = flags.allowGaps ?? false;
      await confirmImport(app, made.plan, made.file, {
        allowGaps,
        confirm: flags.auto ?? false,
        yes: "--yes, or --auto",
      });
      await importPlan(app, made.plan, made.file, { allowGaps });
    }
    if (flags.detach) return startDetached(app, flags, null, spentUsd);
    return followRun(app, { flags, resume: null, spentUsd });
  },
};
