/** How often an agent has been at a task. Pure. */
import type { EndReason } from "./agent.ts";
import type { AttemptState } from "./state.ts";

/** Ends that are no matter of the task: the provider took no request, because of its limit or of a credential. */
const REFUSED: ReadonlySet<EndReason> = new Set(["auth", "rate_limited"]);

/** The provider took no request, which costs nothing and charges no try. */
export const isRefused = (reason: EndReason | null): boolean => reason !== null && REFUSED.has(reason);

/** The tries of these attempts together. One that a refusal has ended is charged for its rounds before. */
export const triesOf = (attempts: readonly AttemptState[]): number =>
  attempts.reduce((sum, { interactions, end, endedAt }) => {
    const begun = Math.max(1, interactions.assignment ?? 0);
    return sum + (endedAt !== null && isRefused(end) ? begun - 1 : begun);
  }, 0);
