/** What planning has used: the journal has it beside the plan, or beside why there is none. Pure. */
import type { Usage } from "./agent.ts";
import { plus } from "./usage.ts";

/** What one planning has used. */
export interface Planning {
  /** Tries at a model, also those that failed; null = unknown. */
  readonly calls: number | null;
  readonly usage: Usage;
  /** Whose money it was, in words; null = unknown. */
  readonly paidBy: string | null;
}

/** What several plannings have used together. */
export interface PlanningCost {
  /** null = unknown for one of them. */
  readonly calls: number | null;
  /** null = one of them has no price. */
  readonly usd: number | null;
  /** The part that is known. */
  readonly knownUsd: number;
  /** Of the last one. */
  readonly paidBy: string | null;
}

/** How a plan came to be, as far as the journal knows. */
export interface PlanMaking {
  /** How often it was written as a draft; null = unknown, as for a plan that was written by hand. */
  readonly drafts: number | null;
  /** null = unknown, or no model was asked. */
  readonly cost: PlanningCost | null;
}

/** The sum; null where a model was never asked, or nobody knows of it. */
export function costOfPlannings(plannings: readonly Planning[]): PlanningCost | null {
  const last = plannings.at(-1);
  if (last === undefined) return null;
  const usage = plannings.slice(1).reduce((sum, one) => plus(sum, one.usage), plannings[0]!.usage);
  return {
    calls: plannings.reduce<number | null>(
      (sum, { calls }) => (sum === null || calls === null ? null : sum + calls),
      0,
    ),
    usd: usage.usd,
    knownUsd: plannings.reduce((sum, one) => sum + (one.usage.usd ?? 0), 0),
    paidBy: last.paidBy,
  };
}

/** What is kept of a planning in a plan's metadata. */
export const planningMetadata = (planning: Planning | null): Readonly<Record<string, unknown>> =>
  planning === null ? { usage: null } : { usage: planning.usage, calls: planning.calls, paidBy: planning.paidBy };

/** The planning that a plan's metadata tells of; null where no model was asked. */
export function planningIn({ usage, calls, paidBy }: Readonly<Record<string, unknown>>): Planning | null {
  if (!isUsage(usage)) return null;
  return {
    calls: typeof calls === "number" ? calls : null,
    usage,
    paidBy: typeof paidBy === "string" ? paidBy : null,
  };
}

const isUsage = (value: unknown): value is Usage => {
  if (typeof value !== "object" || value === null) return false;
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, usd } = value as Record<keyof Usage, unknown>;
  return (
    [inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens].every((count) => typeof count === "number") &&
    (usd === null || typeof usd === "number")
  );
};
