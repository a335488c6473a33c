/** Ends a run that does not end by itself. */
import { WerkError } from "@taskwerk/contract/errors";
import { isRunning } from "@taskwerk/contract/is-running";
import type { Driver } from "../journal/driver.ts";
import type { Journal } from "../journal/journal.ts";
import { ENDED } from "../model/run.ts";
import { endProcess, sweep } from "../sandbox/sweep.ts";
import { attemptMark } from "./attempt-mark.ts";

/**
 * Kills its conductor and whatever its attempts have started, and writes down that the session is paused, with `reason`. What
 * the attempts were at stays where it is: a resume takes it up, as after any other sudden end. What the session itself has said
 * of its end holds. Throws SESSION_ACTIVE when it cannot be killed.
 */
export async function killRun(
  { journal, stateDir }: { readonly journal: Journal; readonly stateDir: string },
  driver: Driver,
  reason: string,
): Promise<void> {
  const { pid, startTime, session } = driver;
  if (startTime === null) kill(pid);
  else await endProcess(pid, startTime, 0, { foreground: true });
  if (startTime !== null && isRunning(driver))
    throw new WerkError(
      "SESSION_ACTIVE",
      `${session ?? "the run"} cannot be killed: process ${pid} is not yours to end`,
      {
        hint: `As the user who started it:  kill -9 ${pid}`,
        details: { pid },
      },
    );
  await endAgents({ journal, stateDir });
  const { sessions } = await journal.state();
  if (session !== null && sessions.get(session)?.endedAt === null)
    await journal.append([{ type: "session.ended", session, status: "paused", reason, metrics: { end: "stopped" } }]);
}

/** Ends whatever attempts without an end have started. To be called when their conductor is dead. */
export async function endAgents({
  journal,
  stateDir,
}: {
  readonly journal: Journal;
  readonly stateDir: string;
}): Promise<void> {
  for (const { id, process: agent, stage } of (await journal.state()).attempts.values()) {
    if (ENDED.includes(stage)) continue;
    if (agent !== null) await endProcess(agent.pid, agent.startTime, 0);
    await sweep(attemptMark({ stateDir }, id), 0);
  }
}

/** Where start times are not known. */
function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended meanwhile.
  }
}
