/** How often an agent has been at a task. Pure. */
import { isRefused } from "./is-refused.ts";
import type { AttemptState } from "./state.ts";

/** The tries of these attempts together. One that a refusal has ended is charged for its rounds before. */
export const triesOf = (attempts: readonly AttemptState[]): number =>
  attempts.reduce((sum, { interactions, end, endedAt }) => {
    const begun = Math.max(1, interactions.assignment ?? 0);
    return sum + (endedAt !== null && isRefused(end) ? begun - 1 : begun);
  }, 0);
