/** What a planner made of the documents of a plan, before anybody changed it: what the next merge starts from. */
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Plan } from "../model/plan.ts";
import { loadPlan, plansDir, writePlanText } from "./file.ts";

const madePath = (root: string, id: string): string => join(plansDir(root), ".made", `${id}.yaml`);
/** Where it is while the plan is not saved yet. */
const nextPath = (root: string, id: string): string => join(plansDir(root), ".made", `${id}.next.yaml`);

/**
 * Saves a plan, and with it what was made of its documents. Whatever ends it between the two, {@link madeBefore} answers what
 * belongs to the plan that is there.
 */
export async function saveWithMade<T>(root: string, made: Plan, save: () => Promise<T>): Promise<T> {
  const { planToYaml } = await import("./plan-yaml.ts");
  const next = nextPath(root, made.id);
  await writePlanText(next, planToYaml(made));
  const saved = await save();
  await rename(next, madePath(root, made.id));
  return saved;
}

/** What was made of the documents that this plan was saved with; null where it was not kept, or cannot be read. */
export async function madeBefore(root: string, plan: Plan): Promise<Plan | null> {
  const [next, made] = await Promise.all(
    [nextPath, madePath].map((pathOf) => loadPlan(pathOf(root, plan.id)).catch(() => null)),
  );
  return next && isOf(next, plan) ? next : (made ?? null);
}

/** It is of the very documents of the plan, by the same planner. */
const isOf = (made: Plan, { sources, planner }: Plan): boolean =>
  isDeepStrictEqual(made.sources, sources) && isDeepStrictEqual(made.planner, planner);
