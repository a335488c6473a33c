import { existsSync } from "node:fs";
import { WerkError } from "@taskwerk/contract/errors";
import { listPlans, loadPlan, newestPlan, type PlanFile, plansDir } from "../../plan/file.ts";
import type { App } from "../app.ts";

/** The plan that was named by file or id, or the newest. Throws PLAN_NOT_FOUND with the ids there are. */
export async function findPlan(app: App, named: string | undefined): Promise<Pick<PlanFile, "path" | "plan">> {
  const dir = plansDir(app.root);
  if (named === undefined || named === "") return newestPlan(dir);
  const path = app.path(named);
  if (existsSync(path)) return { path, plan: await loadPlan(path) };
  const plans = await listPlans(dir);
  const found = plans.find(({ plan }) => plan.id === named);
  if (found) return found;
  throw new WerkError("PLAN_NOT_FOUND", `there is no plan file ${named}, and no plan of that name`, {
    hint: "All plans:  conductor plan list",
    given: named,
    candidates: plans.map(({ plan }) => plan.id),
  });
}
