/** Saves what a workspace still holds, writes down where, and removes it. */
import type { Kept } from "../git/publish.ts";
import { salvage } from "../git/salvage.ts";
import { removeWorkspace } from "../git/workspace.ts";
import type { Workspace } from "../model/repository.ts";
import type { Attempt } from "../model/run.ts";
import { attemptMark } from "./attempt-mark.ts";
import type { RunContext } from "./context.ts";

/** `kept`: a commit of it that a ref keeps already. Answers the ref of what had to be saved beyond that, if anything. */
export async function saveAndRemove(
  context: RunContext,
  { id, task, n }: Pick<Attempt, "id" | "task" | "n">,
  workspace: Workspace,
  kept: string | null,
): Promise<string | null> {
  const { repository, confinement } = context;
  const marker = attemptMark(context, id);
  const saved = await salvage({ repository, workspace, confinement, marker, task, n, kept });
  await noteKept(context, id, saved.kind === "saved" ? [...saved.aside, saved] : saved.aside);
  await removeWorkspace({ repository, workspace, kept: saved.kind === "saved" ? saved.commit : kept });
  return saved.kind === "saved" ? saved.ref : null;
}

/** Writes down what was kept beside the work of an attempt. */
export async function noteKept({ journal }: RunContext, attempt: string, kept: readonly Kept[]): Promise<void> {
  if (kept.length === 0) return;
  await journal.append(kept.map(({ ref, commit }) => ({ type: "salvage.saved", attempt, ref, commit }) as const));
}
