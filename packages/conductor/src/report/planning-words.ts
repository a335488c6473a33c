/** What planning has used, in words. Pure. */
import { counted } from "../model/counted.ts";
import type { Plan } from "../model/plan.ts";
import type { PlanningCost } from "../model/planning.ts";
import { money } from "./times.ts";

/** "5 calls, $0.22"; what nobody knows is called unknown. */
export function planningWords({ calls, usd, knownUsd }: PlanningCost): string {
  const asked = calls === null ? "calls unknown" : counted(calls, "call");
  const known = knownUsd > 0 ? ` (${money(knownUsd)} known)` : "";
  return `${asked}, ${usd === null ? `cost unknown${known}` : money(usd)}`;
}

/** "Made by claude-api (claude-opus-5-5, API key ...7Qf2), 5 calls, $0.22": who, whose money, and how much of it. */
export function madeByWords({ name, model }: Plan["planner"], cost: PlanningCost | null): string {
  if (model === null) return `Made by ${name}`;
  const payer = cost === null || cost.paidBy === null ? "" : `, ${cost.paidBy}`;
  return `Made by ${name} (${model}${payer}), ${cost === null ? "calls and cost unknown" : planningWords(cost)}`;
}

/** "draft 2": which of its drafts a plan is; only how it stands where nobody counted. */
export const standingWords = (status: Plan["status"], drafts: number | null): string =>
  drafts === null || drafts === 0 || status === "imported"
    ? status
    : status === "draft"
      ? `draft ${drafts}`
      : `${status} draft ${drafts}`;
