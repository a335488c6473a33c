/** What a session may spend, as its options say now. */
import type { RunOptions } from "../model/run.ts";
import type { RunContext } from "./context.ts";
import type { Limit } from "./purse.ts";

export const sessionLimit = ({ budgetUsd, budgetTokens = null }: RunOptions): Limit => ({
  usd: budgetUsd,
  tokens: budgetTokens,
});

/** Tells the purse what a person has raised since: before it says no, for the run itself may look later. */
export async function heedLimits({
  journal,
  purse,
  session,
}: Pick<RunContext, "journal" | "purse" | "session">): Promise<void> {
  const known = (await journal.state()).sessions.get(session.id);
  if (known !== undefined) purse.limit(sessionLimit(known.options));
}
