/** Another plan in the place of the one in a file, never over what somebody writes at the same time. */
import { readFile } from "node:fs/promises";
import { isWerkError } from "@taskwerk/contract/errors";
import type { Plan } from "../../model/plan.ts";
import { replacePlanText } from "../../plan/file.ts";

/** How often somebody else may write the file at the very moment. */
const MOST_TRIES = 5;

/**
 * Makes of the plan in a file another one, and keeps its comments. Where somebody writes the file at the same moment, `next` is
 * asked again with what it says then; null = it is to be left as it is. Answers what was written; null where it was left, as
 * `next` wants it so or as it is no plan at the moment.
 */
export async function replacePlan(
  file: string,
  next: (now: Plan) => Plan | null | Promise<Plan | null>,
): Promise<Plan | null> {
  const { planFromYaml, planToYaml } = await import("../../plan/plan-yaml.ts");
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const text = await readFile(file, "utf8").catch(() => null);
    const now = text === null ? null : readAs(planFromYaml, text, file);
    const plan = now === null ? null : await next(now);
    if (text === null || plan === null) return null;
    if (await replacePlanText(file, text, planToYaml(plan, text))) return plan;
  }
  return null;
}

function readAs(read: (text: string, name: string) => Plan, text: string, file: string): Plan | null {
  try {
    return read(text, file);
  } catch (error) {
    if (isWerkError(error)) return null;
    throw error;
  }
}

/** Whether two plans say the same; how it is written, and comments, are left aside. */
export async function saysSame(one: Plan, other: Plan): Promise<boolean> {
  const { planFromYaml, planToYaml } = await import("../../plan/plan-yaml.ts");
  const [a, b] = [one, other].map((plan) => planToYaml(planFromYaml(planToYaml(plan), "plan.yaml")));
  return a === b;
}
