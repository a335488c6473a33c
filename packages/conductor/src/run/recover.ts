/** What an earlier conductor left unfinished: asked of git and of the system again, and adopted or saved. */

import { readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { claimTokenOf } from "@taskwerk/contract/claim-token";
import { salvage } from "../git/salvage.ts";
import { removeWorkspace } from "../git/workspace.ts";
import { type Attempt, ENDED } from "../model/run.ts";
import type { AttemptState } from "../model/state.ts";
import { endProcess, sweep } from "../sandbox/sweep.ts";
import type { Adopted } from "./attempt.ts";
import { attemptMark } from "./attempt-mark.ts";
import { claimerOf, type RunContext } from "./context.ts";

export interface Recovered {
  /** Work that is there already, by task: it goes to the gates without an agent. */
  readonly adopted: ReadonlyMap<string, Adopted>;
  readonly landed: readonly string[];
  readonly salvaged: readonly string[];
}

/** Goes through every attempt that has no end. Safe to be interrupted and run again. */
export async function recover(context: RunContext): Promise<Recovered> {
  const { journal, stateDir } = context;
  const adopted = new Map<string, Adopted>();
  const landed: string[] = [];
  const salvaged: string[] = [];
  for (const attempt of (await journal.state()).attempts.values()) {
    if (ENDED.includes(attempt.stage) && attempt.stage !== "landed") {
      // A card may have been answered for work that was put down: it need not be done again.
      if (attempt.stage === "interrupted" && attempt.work !== null && (await isNewest(context, attempt)))
        adopt(attempt, adopted);
      continue;
    }
    if (attempt.endedAt !== null) continue;
    if (attempt.process) await endProcess(attempt.process.pid, attempt.process.startTime);
    await sweep(attemptMark(context, attempt.id));
    if (await finishLanding(context, attempt)) {
      landed.push(attempt.task);
      continue;
    }
    const ref = await putAway(context, attempt);
    if (ref !== null) salvaged.push(ref);
    await giveBack(context, attempt);
    await journal.append([
      { type: "attempt.ended", attempt: attempt.id, stage: "interrupted", reason: "conductor was ended" },
    ]);
    if (attempt.work) adopt(attempt, adopted);
  }
  await releaseOrphans(context);
  // Checkouts hold nothing that is not in git.
  for (const name of await readdir(join(stateDir, "checkouts")).catch(() => []))
    await rm(join(stateDir, "checkouts", name), { recursive: true, force: true });
  return { adopted, landed, salvaged };
}

/** Claims that were taken in taskwerk when the end came before the journal knew of them. */
async function releaseOrphans({ tasks, session, newId }: RunContext): Promise<void> {
  for (const task of await tasks.open()) {
    const token = claimTokenOf(task);
    if (token === null || task.claim?.by !== claimerOf(session.id)) continue;
    await tasks.release(token, "conductor was ended", `${session.id}:${task.id}:orphan:${newId()}`);
  }
}

function adopt(attempt: Attempt, adopted: Map<string, Adopted>): void {
  if (attempt.work) adopted.set(attempt.task, { ...attempt.work, base: attempt.base });
}

const isNewest = async ({ journal }: RunContext, attempt: Attempt): Promise<boolean> =>
  (await journal.state()).attemptsByTask.get(attempt.task)?.at(-1) === attempt.id;

/** True when the ref had been moved before the end came; then only the bookkeeping is done. */
async function finishLanding(context: RunContext, attempt: AttemptState): Promise<boolean> {
  const { journal, repository, session, tasks } = context;
  const { intended } = attempt;
  const tip = await repository.resolve(session.integration);
  const commit = attempt.landed?.commit ?? intended?.commit;
  if (commit === undefined || tip === null || (await repository.resolve(commit)) === null) return false;
  if (!(await repository.isAncestor(commit, tip))) return false;
  const tree = await repository.treeOf(commit);
  const receipts = intended?.receipts ?? [];
  if (attempt.landed === null)
    await journal.append([
      { type: "landing.landed", attempt: attempt.id, ref: session.integration, commit, tree, receipts },
    ]);
  await putAway(context, attempt);
  const task = await tasks.show(attempt.task);
  if (task.status !== "done") {
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
  }
  await journal.append([
    { type: "task.closed", attempt: attempt.id, task: attempt.task },
    { type: "attempt.ended", attempt: attempt.id, stage: "landed", reason: null },
  ]);
  return true;
}

/** Saves what a workspace holds beyond what is kept, and removes it. Answers the salvage ref, if one was needed. */
async function putAway(context: RunContext, attempt: Attempt): Promise<string | null> {
  const { repository, stateDir, journal, confinement } = context;
  if (attempt.workspace === null || attempt.branch === null) {
    // It may have been cut off while the clone was being made; then nobody has worked in it.
    await rm(join(stateDir, "attempts", attempt.id.replace(/\W+/g, "-")), { recursive: true, force: true });
    return null;
  }
  const top = dirname(attempt.workspace);
  const workspace = {
    dir: attempt.workspace,
    branch: attempt.branch,
    base: attempt.base,
    home: join(top, "home"),
    tmp: join(top, "tmp"),
  };
  const kept = attempt.work?.commit ?? null;
  if (kept !== null && (await removeWorkspace({ repository, workspace, kept })).kind === "removed") return null;
  const saved = await salvage({
    repository,
    workspace,
    confinement,
    marker: attemptMark(context, attempt.id),
    task: attempt.task,
    n: attempt.n,
  });
  if (saved.kind === "saved")
    await journal.append([{ type: "salvage.saved", attempt: attempt.id, ref: saved.ref, commit: saved.commit }]);
  await removeWorkspace({ repository, workspace, kept: saved.kind === "saved" ? saved.commit : null });
  return saved.kind === "saved" ? saved.ref : null;
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
