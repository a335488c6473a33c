/** Writes down that an attempt begins. */
import type { Attempt } from "../model/run.ts";
import type { Claimed } from "../tasks/tasks.ts";
import type { RunContext } from "./context.ts";
import { integrationTip } from "./integration-tip.ts";
import type { Adopted } from "./work.ts";

/** The task is claimed already. It begins from the tip of the integration branch; adopted work has begun where it has. */
export async function beginAttempt(context: RunContext, claimed: Claimed, adopted: Adopted | null): Promise<Attempt> {
  const { journal, session } = context;
  const { task, grant } = claimed;
  const n = ((await journal.state()).attemptsByTask.get(task.id)?.length ?? 0) + 1;
  const attempt: Attempt = {
    id: `${session.id}/${task.id}/${n}`,
    session: session.id,
    task: task.id,
    title: task.title,
    n,
    fence: grant.fence,
    agent: context.agent.id,
    stage: "claimed",
    base: adopted?.base ?? (await integrationTip(context)),
    workspace: null,
    branch: null,
    process: null,
    startedAt: context.now().toISOString(),
    endedAt: null,
    end: null,
    work: null,
    landed: null,
    reason: null,
    usage: null,
    gateRounds: 0,
    reds: 0,
    loops: 0,
  };
  await journal.append([{ type: "attempt.started", token: grant.token, attempt }]);
  // From now on it is this attempt's work: an end that comes before it has landed must not lose sight of it.
  if (adopted !== null) {
    const { commit, tree, ref } = adopted;
    await journal.append([{ type: "attempt.bundled", attempt: attempt.id, commit, tree, ref }]);
  }
  return attempt;
}
