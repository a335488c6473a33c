/** What an earlier conductor left unfinished: asked of git and of the system again, and adopted or saved. */

import { claimTokenOf } from "@taskwerk/contract/claim-token";
import { type Attempt, ENDED } from "../model/run.ts";
import { type AttemptState, attemptsOf, type RunState } from "../model/state.ts";
import { endProcess, sweep } from "../sandbox/sweep.ts";
import { waitsFor } from "./attempt-end.ts";
import { attemptMark } from "./attempt-mark.ts";
import { sweepCheckouts } from "./checkouts.ts";
import { unlessGone } from "./claim-gone.ts";
import { claimerOf, type RunContext } from "./context.ts";
import { finishRollbacks } from "./finish-rollbacks.ts";
import { rememberResolution } from "./remember-resolution.ts";
import { putAway } from "./save-workspace.ts";
import type { Adopted } from "./work.ts";

export interface Recovered {
  /** Work that is there already, by task: it goes to the gates without an agent. */
  readonly adopted: ReadonlyMap<string, Adopted>;
  readonly landed: readonly string[];
  readonly salvaged: readonly string[];
}

/** How processes that were left running are found and ended. */
export interface Reaper {
  readonly endProcess: (pid: number, startTime: string) => Promise<unknown>;
  readonly sweep: (marker: string) => Promise<unknown>;
}

/** Goes through every attempt that has no end. Safe to be interrupted and run again. */
export async function recover(context: RunContext, reaper: Reaper = { endProcess, sweep }): Promise<Recovered> {
  const { journal, stateDir, onDefect } = context;
  const adopted = new Map<string, Adopted>();
  const landed: string[] = [];
  const salvaged: string[] = [];
  await finishRollbacks(context);
  for (const attempt of (await journal.state()).attempts.values()) {
    if (ENDED.includes(attempt.stage) && attempt.stage !== "landed") {
      // What was put down when a run was stopped, or while it waited for people, need not be done again.
      if (attempt.stage === "interrupted" && (await isNewest(context, attempt))) await adopt(context, attempt, adopted);
      continue;
    }
    if (attempt.endedAt !== null) continue;
    if (attempt.process) await reaper.endProcess(attempt.process.pid, attempt.process.startTime);
    await reaper.sweep(attemptMark(context, attempt.id));
    if (await finishLanding(context, attempt)) {
      landed.push(attempt.task);
      continue;
    }
    const ref = await putAway(context, attempt).catch((error: unknown) => {
      // Its clone stays where it is, and is found there; the others have nothing to do with it.
      onDefect(error);
      return null;
    });
    if (ref !== null) salvaged.push(ref);
    await unlessGone(() => giveBack(context, attempt));
    await journal.append([
      { type: "attempt.ended", attempt: attempt.id, stage: "interrupted", reason: "conductor was ended" },
    ]);
    await adopt(context, attempt, adopted);
  }
  await releaseOrphans(context);
  await sweepCheckouts(stateDir, onDefect);
  return { adopted, landed, salvaged };
}

/** Claims that were taken in taskwerk when the end came before the journal knew of them. */
async function releaseOrphans(context: RunContext): Promise<void> {
  const { journal, tasks, session, newId } = context;
  // Nobody else drives this repository now, so whatever its sessions hold is held by nobody.
  const ours = new Set([...(await journal.state()).sessions.keys(), session.id].map((id) => claimerOf(context, id)));
  for (const task of await tasks.open()) {
    const token = claimTokenOf(task);
    if (token === null || !ours.has(task.claim?.by ?? "")) continue;
    await tasks.release(token, "conductor was ended", `${session.id}:${task.id}:orphan:${newId()}`);
  }
}

/** Its work goes to the gates as it is, where it was made for the branch that this run lands on, and from its own base. */
async function adopt(
  { journal, repository, session }: RunContext,
  { id, task, work, base, session: by, outdated }: AttemptState,
  adopted: Map<string, Adopted>,
): Promise<void> {
  const { loops, sessions } = await journal.state();
  // It went in circles until people were asked: what they say is for an agent, and what is there is half done.
  if (loops.some(({ attempt, rung }) => attempt === id && (rung === "blocked" || rung === "split"))) return;
  // The same where it was to begin anew and was cut off before it did; where somebody has decided otherwise than it went by, an
  // agent has to be told first.
  if (work?.unfinished || (outdated ?? null) !== null) return;
  if (work === null || !(await repository.isAncestor(base, work.commit))) return;
  const { integration } = sessions.get(by) ?? session;
  if (integration !== session.integration) return;
  const { commit, tree, ref } = work;
  adopted.set(task, { commit, tree, ref, base });
}

/** What the newest attempt at a task has left when it was put down; null where it had brought nothing out. */
export async function workLeft(context: RunContext, task: string): Promise<Adopted | null> {
  const state = await context.journal.state();
  const last = state.attempts.get(state.attemptsByTask.get(task)?.at(-1) ?? "");
  const adopted = new Map<string, Adopted>();
  if (last?.stage === "interrupted") await adopt(context, last, adopted);
  return adopted.get(task) ?? null;
}

/** Whether the newest attempt at a task was put down while its work waited for a person's approval. */
export function waitedForApproval(state: RunState, task: string): boolean {
  const last = attemptsOf(state, task).at(-1);
  if (last?.stage !== "interrupted") return false;
  return [...state.decisions.values()].some(({ id, kind }) => kind === "approval" && last.reason === waitsFor(id));
}

const isNewest = async ({ journal }: RunContext, attempt: Attempt): Promise<boolean> =>
  (await journal.state()).attemptsByTask.get(attempt.task)?.at(-1) === attempt.id;

/** True when the ref had been moved before the end came; then only the bookkeeping is done. */
async function finishLanding(context: RunContext, attempt: AttemptState): Promise<boolean> {
  const { journal, repository, session, tasks } = context;
  const { intended } = attempt;
  const ref = intended?.ref ?? session.integration;
  const tip = await repository.resolve(ref);
  const commit = attempt.landed?.commit ?? intended?.commit;
  if (commit === undefined || tip === null || (await repository.resolve(commit)) === null) return false;
  if (!(await repository.isAncestor(commit, tip))) return false;
  const tree = await repository.treeOf(commit);
  const receipts = intended?.receipts ?? [];
  if (attempt.landed === null)
    await journal.append([{ type: "landing.landed", attempt: attempt.id, ref, commit, tree, receipts }]);
  await rememberResolution(context, { ...attempt, commit });
  await putAway(context, attempt).catch(context.onDefect);
  // It has landed, whatever a person has made of the task meanwhile.
  const closed = await unlessGone(async () => {
    const task = await tasks.show(attempt.task);
    if (task.status === "done") return;
    const { token } = attempt;
    await tasks.move(
      attempt.task,
      "done",
      {
        reason: "landed",
        evidence: { commit, tree, receipts: receipts.join(" ") },
        ...(task.claim && token ? { claim: token } : {}),
      },
      `${attempt.id}:done:${context.newId()}`,
    );
  });
  await journal.append([
    ...(closed ? [{ type: "task.closed", attempt: attempt.id, task: attempt.task } as const] : []),
    { type: "attempt.ended", attempt: attempt.id, stage: "landed", reason: null },
  ]);
  return true;
}

/** Makes the task free for another attempt, unless somebody else holds or has moved it. */
async function giveBack({ tasks, newId }: RunContext, attempt: AttemptState): Promise<void> {
  const { token } = attempt;
  const key = `${attempt.id}:recover:${newId()}`;
  const task = await tasks.show(attempt.task);
  if (task.claim && token) {
    if (task.status === "review")
      await tasks.move(attempt.task, "in-progress", { claim: token }, `${key}:back`).catch(() => undefined);
    await tasks.release(token, "conductor was ended", `${key}:release`);
    return;
  }
  if (task.status === "blocked" && task.status_reason?.startsWith("waits for") === true)
    await tasks.move(attempt.task, "todo", { reason: "conductor was ended while it waited" }, `${key}:todo`);
  else if (task.status === "in-progress" && task.claim === null)
    await tasks.move(attempt.task, "todo", { reason: "conductor was ended" }, `${key}:todo`);
  else if (task.status === "review" && task.claim === null) {
    await tasks.move(attempt.task, "in-progress", {}, `${key}:back`);
    await tasks.move(attempt.task, "todo", { reason: "conductor was ended" }, `${key}:todo`);
  }
}
