/** What is used of a budget in tokens, in words. Pure. */
import type { Costs } from "./costs.ts";
import { amount } from "./times.ts";

/** `3k of 2.5k`, all kinds together; empty where no such budget was set. What an agent does not say is not known. */
export function tokensOfBudget(
  { inputTokens, outputTokens, attempts }: Pick<Costs, "inputTokens" | "outputTokens" | "attempts">,
  budgetTokens: number | null,
): string {
  if (budgetTokens === null) return "";
  const known = inputTokens + outputTokens;
  const isWhole = attempts.every(({ usage }) => usage !== null);
  const used = isWhole ? amount(known) : known === 0 ? "unknown" : `at least ${amount(known)}`;
  return `${used} of ${amount(budgetTokens)}`;
}
