/** Keeps how an agent settled a conflict, once its work has landed: the next time the same conflict needs no agent. */
import { recordResolution } from "../git/resolutions.ts";
import type { Attempt } from "../model/run.ts";
import type { RunContext } from "./context.ts";

/**
 * `commit` is where the attempt's work has landed. Nothing is kept where the work did not begin at the other side of the task's
 * last conflict. It is a help and no part of the landing: when it fails, that is told and nothing else comes of it.
 */
export async function rememberResolution(
  { journal, repository, now, onDefect }: RunContext,
  { task, base, work, commit }: Pick<Attempt, "task" | "base" | "work"> & { readonly commit: string },
): Promise<void> {
  const { conflicts, attempts } = await journal.state();
  const met = conflicts.findLast(({ rung, attempt }) => rung === "agent" && attempts.get(attempt)?.task === task);
  if (met === undefined || met.base === undefined || work === null) return;
  if (met.tip !== base || met.work === work.commit) return;
  try {
    const conflict = await repository.conflictOf(met.tip, { base: met.base, commit: met.work });
    if (conflict === null) return;
    const origin = { task, commit, at: now().toISOString() };
    await recordResolution(repository, { conflict, tree: work.tree, origin });
  } catch (error) {
    onDefect(error);
  }
}
