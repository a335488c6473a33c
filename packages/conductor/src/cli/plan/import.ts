import { type Verb, wordOf } from "../verb.ts";
import { findPlan } from "./find-plan.ts";
import { confirmImport, type ImportFlags, importedView, importPlan } from "./import-plan.ts";

/** `plan import [PLAN] --confirm`: the plan's tasks into taskwerk. */
export const importPlanVerb: Verb<ImportFlags> = {
  build: (command) =>
    command
      .argument("[plan]", "a plan file or id; default the newest")
      .option("--confirm", "yes, import it")
      .option("--allow-gaps", "although a MUST has no task"),
  async run(app, [named], flags) {
    const { path, plan } = await findPlan(app, wordOf(named));
    await confirmImport(app, plan, path, flags);
    app.show("plan.import", await importPlan(app, plan, path, flags), importedView);
    return undefined;
  },
};
