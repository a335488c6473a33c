/** Saves what a workspace still holds, writes down where, and removes it. */
import { lstat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";
import type { Kept } from "../git/publish.ts";
import { salvage } from "../git/salvage.ts";
import { discardWorkspace, removeWorkspace, workspaceIn } from "../git/workspace.ts";
import type { Workspace } from "../model/repository.ts";
import type { Attempt } from "../model/run.ts";
import { attemptDir } from "./attempt-dir.ts";
import { attemptMark } from "./attempt-mark.ts";
import type { RunContext } from "./context.ts";

/** What of a run it takes. */
export type PutAwayContext = Pick<RunContext, "repository" | "confinement" | "journal" | "stateDir" | "onDefect">;

/** Beside a clone, where no agent writes: why it stays, for whoever finds it. */
export const STAYS = "stays.txt";

/**
 * `kept`: a commit of it that a ref keeps already. Answers the ref of what had to be saved beyond that, if anything. What cannot
 * be proven saved stays where it is, and that is told.
 */
export async function saveAndRemove(
  context: PutAwayContext,
  { id, task, n }: Pick<Attempt, "id" | "task" | "n">,
  workspace: Workspace,
  kept: string | null,
): Promise<string | null> {
  const { repository, confinement } = context;
  const marker = attemptMark(context, id);
  const saved = await salvage({ repository, workspace, confinement, marker, task, n, kept });
  await noteKept(context, id, saved.kind === "saved" ? [...saved.aside, saved] : saved.aside);
  const ref = saved.kind === "saved" ? saved.ref : null;
  if (saved.unfinished !== null) {
    // It would take as long again, so nobody tries a second time.
    await writeFile(join(dirname(workspace.dir), STAYS), `${saved.unfinished}\n`, { mode: 0o600 });
    context.onDefect(notRemoved(id, workspace, saved.unfinished));
    return ref;
  }
  const removal = await removeWorkspace({ repository, workspace, kept: saved.kind === "saved" ? saved.commit : kept });
  if (removal.kind === "unsaved")
    context.onDefect(notRemoved(id, workspace, "its files changed while they were being saved"));
  return ref;
}

const notRemoved = (attempt: string, { dir }: Workspace, why: string): WerkError =>
  new WerkError("GIT_FAILED", `the clone of ${attempt} stays where it is, in ${dir}: ${why}`, {
    hint: "conductor audit work lists it; delete it when you have what you want of it.",
    details: { attempt, dir },
  });

/** What an attempt that nobody works on any more has left. Answers the salvage ref, if one was needed. */
export async function putAway(context: PutAwayContext, attempt: Attempt): Promise<string | null> {
  if (attempt.workspace === null || attempt.branch === null) {
    // It may have been cut off while the clone was being made; then nobody has worked in it.
    await discardWorkspace(context.repository, attemptDir(context, attempt.id));
    return null;
  }
  // It was removed already, and with it went nothing that was not kept.
  if ((await lstat(attempt.workspace).catch(() => null)) === null) {
    await discardWorkspace(context.repository, dirname(attempt.workspace));
    return null;
  }
  const { branch, base } = attempt;
  const workspace = await workspaceIn(context.repository, dirname(attempt.workspace), { branch, base });
  return saveAndRemove(context, attempt, workspace, attempt.work?.commit ?? null);
}

/** Writes down what was kept beside the work of an attempt. */
export async function noteKept(
  { journal }: Pick<RunContext, "journal">,
  attempt: string,
  kept: readonly Kept[],
): Promise<void> {
  if (kept.length === 0) return;
  await journal.append(kept.map(({ ref, commit }) => ({ type: "salvage.saved", attempt, ref, commit }) as const));
}
