/** Who holds a task that no run can begin because of it. Pure. */
import { momentAfter } from "./times.ts";

/** A claim of somebody else in taskwerk. */
export interface Claimed {
  readonly by: string;
  /** When it ends unless they keep it alive, RFC 3339. */
  readonly until: string;
}

/** Why a task is not begun although nothing has to land before it: its claim, or what the run said; null where nothing is said. */
export const heldInWords = (
  { claim, held }: { readonly claim: Claimed | null; readonly held: string | null },
  now: string,
  // Dear enough to be asked for only where a time is shown.
  layout: { readonly zone: string },
): string | null =>
  claim === null ? held : `claimed by ${claim.by} until ${momentAfter(claim.until, now, layout.zone)}`;
