import { existsSync } from "node:fs";
import { basename } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import { shellWord } from "@taskwerk/contract/shell-word";
import { listPlans, loadPlan, newestPlan, type PlanFile, plansDir } from "../../plan/file.ts";
import { nearNames } from "../../plan/read/near-names.ts";
import type { App } from "../app.ts";

/** The plan that was named by file or id, or the newest. Throws PLAN_NOT_FOUND with the ids there are. */
export async function findPlan(app: App, named: string | undefined): Promise<Pick<PlanFile, "path" | "plan">> {
  const dir = plansDir(app.root);
  if (named === undefined || named === "") return newestPlan(dir);
  const path = app.path(named);
  if (DOCUMENT.test(named) && existsSync(path))
    throw new WerkError("PLAN_INVALID", `${named} is a document, not a plan`, {
      hint: `Make a plan of it:  conductor plan decompose ${shellWord(named)}\nAll plans:  conductor plan list`,
      given: named,
    });
  if (existsSync(path)) return { path, plan: await loadPlan(path) };
  const plans = await listPlans(dir);
  const found =
    plans.find(({ plan }) => plan.id === named) ?? onlyOf(plans.filter((one) => shortNamesOf(one).includes(named)));
  if (found) return found;
  throw new WerkError("PLAN_NOT_FOUND", `there is no plan file ${named}, and no plan of that name`, {
    hint: "All plans:  conductor plan list",
    given: named,
    candidates: candidatesFor(named, plans),
  });
}

const DOCUMENT = /\.(?:md|markdown|txt|text|pdf)$/i;

/** What a plan may be called besides its id: the name of its file, the id without the letters of its hash. */
const shortNamesOf = ({ path, plan }: PlanFile): readonly string[] => [
  basename(path).replace(/\.ya?ml$/, ""),
  withoutHash(plan.id),
];

const withoutHash = (id: string): string => id.replace(/-[0-9a-f]{6}$/, "");

const onlyOf = <T>(some: readonly T[]): T | undefined => (some.length === 1 ? some[0] : undefined);

/** The ids that were probably meant; all of them where none is near. */
function candidatesFor(named: string, plans: readonly PlanFile[]): readonly string[] {
  const ids = plans.map(({ plan }) => plan.id);
  const begun = ids.filter((id) => id.startsWith(named));
  const near = nearNames(named, ids.map(withoutHash));
  const meant = [...new Set([...begun, ...near.flatMap((name) => ids.filter((id) => withoutHash(id) === name))])];
  return meant.length > 0 ? meant : ids;
}
