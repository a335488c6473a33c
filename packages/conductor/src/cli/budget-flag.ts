import { WerkError } from "@taskwerk/contract/errors";

/** The amount of `--budget`, USD; null without it. Throws USAGE. */
export function budgetOf({ budget }: { readonly budget?: string }): number | null {
  if (budget === undefined) return null;
  const value = Number(budget.replace(/^\$/, ""));
  if (budget.trim() !== "" && Number.isFinite(value) && value >= 0.01 && value <= 1_000_000) return value;
  throw new WerkError("USAGE", `--budget: "${budget}" is not an amount from 0.01 up.`, {
    field: "budget",
    given: budget,
  });
}
