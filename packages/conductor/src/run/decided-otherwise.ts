/** Work that went by an answer which is another one by now. */
import type { RunState } from "../model/state.ts";
import { type Setback, setbackFor } from "./setback.ts";
import type { Story } from "./story.ts";

/** D1, D2, …: what was decided otherwise since the agent of this attempt was told; null = nothing. */
export const outdatedBy = (state: RunState, attempt: string): string | null =>
  state.attempts.get(attempt)?.outdated ?? null;

/** Why it has to go back to its agent, whose brief has the new answer; null = it need not. */
export async function decidedOtherwise({ context, id }: Pick<Story, "context" | "id">): Promise<Setback | null> {
  const state = await context.journal.state();
  const kept = outdatedBy(state, id);
  if (kept === null) return null;
  const decision = [...state.decisions.values()].find((one) => one.kept === kept);
  return setbackFor(
    `${kept} is decided otherwise now: ${decision?.answer ?? "see above"}. Bring the work in line with it`,
  );
}

/** Thrown in place of an intention to land; nothing was moved. */
export class DecidedOtherwise extends Error {}
