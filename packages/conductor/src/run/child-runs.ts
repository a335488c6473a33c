/** Whether something that an agent has started still runs. */
import { uptime } from "node:os";
import { findMarked } from "../sandbox/process-table.ts";
import { ATTEMPT } from "../sandbox/sweep.ts";

/** Clock ticks a second, as /proc counts them on every Linux. */
const TICKS = 100;
/** What starts so soon after the agent belongs to it: its helpers, not its work. Seconds. */
const HELPERS = 2;

/**
 * True when a process that carries `marker` is younger than the agent's own and not older than `withinMs`. Where there is no /proc,
 * nothing is seen.
 */
export async function childRuns(
  marker: string,
  agent: { readonly startTime: string },
  withinMs: number,
): Promise<boolean> {
  const first = Number(agent.startTime) + HELPERS * TICKS;
  const oldest = (uptime() - withinMs / 1000) * TICKS;
  const all = await findMarked(ATTEMPT, marker, agent.startTime);
  return all.some(({ startTime }) => Number(startTime) > first && Number(startTime) >= oldest);
}
