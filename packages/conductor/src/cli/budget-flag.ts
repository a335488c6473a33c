import { WerkError } from "@taskwerk/contract/errors";

/** More than this nobody means, USD. */
export const MOST_USD = 1_000_000;
/** Less than a cent is no limit, USD. */
const LEAST_USD = 0.01;

/** The amount of `--budget`, USD; null without it. Throws USAGE. */
export const budgetOf = ({ budget }: { readonly budget?: string }): number | null =>
  budget === undefined ? null : amountOf(budget, "budget");

/** The USD that a flag names, also as `$5`. Throws USAGE. */
export function amountOf(text: string, flag: string): number {
  const value = Number(text.replace(/^\$/, ""));
  if (text.trim() !== "" && Number.isFinite(value) && value >= LEAST_USD && value <= MOST_USD) return value;
  throw new WerkError("USAGE", `--${flag}: "${text}" is not an amount from ${LEAST_USD} to ${MOST_USD}.`, {
    field: flag,
    given: text,
  });
}
