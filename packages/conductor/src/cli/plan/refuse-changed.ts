import { WerkError } from "@taskwerk/contract/errors";
import { shellWord } from "@taskwerk/contract/shell-word";
import type { Plan } from "../../model/plan.ts";
import { loadPlan } from "../../plan/file.ts";
import { saysSame } from "./replace-plan.ts";

/**
 * Throws REV_MISMATCH where the file of a plan says something else by now than what was read of it and shown to a person, and
 * PLAN_INVALID where it is no plan any more. Comments are nobody's loss: they stay whatever is written.
 */
export async function refuseChanged(file: string, plan: Plan, again: string): Promise<void> {
  if (await saysSame(await loadPlan(file), plan)) return;
  throw new WerkError("REV_MISMATCH", `${file} was written by somebody else meanwhile. Nothing was changed.`, {
    hint: `Look at it:  conductor plan show ${shellWord(file)}\nThen again:  ${again}`,
    given: file,
  });
}
