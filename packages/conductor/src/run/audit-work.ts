/** Where everything is that was ever made: the proof that nothing was lost. */
import { stat } from "node:fs/promises";
import type { Repository } from "../model/repository.ts";
import type { RunState } from "../model/state.ts";

/** Something an agent made, or what became of it. */
export interface MadeWork {
  /** `workspace`: files of an attempt that are still in its clone; its commit is what of it was taken over, if anything. */
  readonly kind: "work" | "salvage" | "landing" | "workspace";
  readonly task: string;
  readonly attempt: string;
  readonly commit: string | null;
  /** The ref it was kept under, or the directory of a workspace. */
  readonly place: string;
  /** A ref of the repository reaches it; for a workspace: it is there. */
  readonly kept: boolean;
}

/** Every commit that an attempt left, every salvage, every landing and every clone that is still there, in the journal's order. */
export async function auditWork(repository: Repository, state: RunState): Promise<readonly MadeWork[]> {
  const taskOf = (attempt: string): string => state.attempts.get(attempt)?.task ?? attempt;
  const made: Omit<MadeWork, "kept">[] = [];
  for (const { id, task, work } of state.attempts.values())
    if (work) made.push({ kind: "work", task, attempt: id, commit: work.commit, place: work.ref });
  for (const { attempt, commit, ref } of state.salvage)
    made.push({ kind: "salvage", task: taskOf(attempt), attempt, commit, place: ref });
  for (const { attempt, task, commit, ref } of state.landings)
    made.push({ kind: "landing", task, attempt, commit, place: ref });
  const lost = new Set(await repository.unreached(made.flatMap(({ commit }) => commit ?? [])));
  const kept: MadeWork[] = made.map((one) => ({ ...one, kept: one.commit !== null && !lost.has(one.commit) }));
  for (const { id, task, work, workspace } of state.attempts.values())
    if (workspace !== null && (await stat(workspace).catch(() => null)) !== null)
      kept.push({ kind: "workspace", task, attempt: id, commit: work?.commit ?? null, place: workspace, kept: true });
  return kept;
}
