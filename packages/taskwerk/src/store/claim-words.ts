import type { TaskRow } from "./task-row.ts";

type Claimed = Pick<TaskRow, "claim_by" | "claim_until" | "fence">;

/** A claim as an event says it; null where there is none. */
export const claimOf = ({ claim_by: by, claim_until: lease_until, fence }: Claimed) =>
  by === null ? null : { by, lease_until, fence };

/** What the event of a claim that is over says. */
export const claimOver = (held: Claimed, more: Readonly<Record<string, unknown>> = {}) => ({
  by: held.claim_by,
  fence: held.fence,
  ...more,
  before: { claim: claimOf(held) },
  after: { claim: null },
});
