/** A provider's patience, as one attempt meets it. */
import type { Hold } from "../model/agent.ts";
import type { RunContext } from "./context.ts";

/** The account as one attempt meets it: that it waits is written down, and no time of its own runs meanwhile. */
export const holdOf = ({ account, journal, park }: RunContext, attempt: string): Hold => ({
  async free(signal) {
    const pause = account.paused();
    if (pause === null) return !signal.aborted;
    await journal.append([{ type: "attempt.stage", attempt, stage: "paused-limit", reason: pause.reason }]);
    if (!(await account.free(AbortSignal.any([signal, park])))) return false;
    await journal.append([{ type: "attempt.stage", attempt, stage: "running", reason: null }]);
    return true;
  },
  refused: account.refused,
  taken: account.taken,
});
