/** Ends a run that does not end by itself. */
import type { Driver } from "../journal/driver.ts";
import type { Journal } from "../journal/journal.ts";
import { ENDED } from "../model/run.ts";
import { endProcess, sweep } from "../sandbox/sweep.ts";
import { attemptMark } from "./attempt-mark.ts";

/**
 * Kills its conductor and whatever its attempts have started, and writes down that the session is paused, with `reason`. What
 * the attempts were at stays where it is: a resume takes it up, as after any other sudden end.
 */
export async function killRun(
  { journal, stateDir }: { readonly journal: Journal; readonly stateDir: string },
  { pid, startTime, session }: Driver,
  reason: string,
): Promise<void> {
  if (!(await endProcess(pid, startTime ?? "", 0))) kill(pid);
  const { attempts } = await journal.state();
  for (const { id, process: agent, stage } of attempts.values()) {
    if (ENDED.includes(stage)) continue;
    if (agent !== null) await endProcess(agent.pid, agent.startTime, 0);
    await sweep(attemptMark({ stateDir }, id), 0);
  }
  if (session !== null)
    await journal.append([{ type: "session.ended", session, status: "paused", reason, metrics: { end: "stopped" } }]);
}

/** Where start times are not known. */
function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
