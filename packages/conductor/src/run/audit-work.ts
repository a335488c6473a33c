/** Where everything is that was ever made: the proof that nothing was lost. */
import { stat } from "node:fs/promises";
import type { Repository } from "../model/repository.ts";
import type { RevertedByHand } from "../model/reverted-by-hand.ts";
import type { RunState } from "../model/state.ts";
import { revertedByHand } from "./reverted-by-hand.ts";

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
  /** Nothing reaches it, and yet the ref is there: it was set to something else. */
  readonly moved: boolean;
  /** The commit by which somebody has taken it back; null = nobody has as far as git can tell, or it has not landed. */
  readonly revertedByHand: RevertedByHand | null;
}

/**
 * Every commit that an attempt left, every salvage, every landing and every clone that is still there, in the journal's order.
 * `reverted`: what {@link revertedByHand} says, from whoever has asked it already.
 */
export async function auditWork(
  repository: Repository,
  state: RunState,
  reverted?: ReadonlyMap<string, RevertedByHand> | null,
): Promise<readonly MadeWork[]> {
  const taskOf = (attempt: string): string => state.attempts.get(attempt)?.task ?? attempt;
  const made: Omit<MadeWork, "kept" | "moved" | "revertedByHand">[] = [];
  for (const { id, task, work } of state.attempts.values())
    if (work) made.push({ kind: "work", task, attempt: id, commit: work.commit, place: work.ref });
  for (const { attempt, commit, ref } of state.salvage)
    made.push({ kind: "salvage", task: taskOf(attempt), attempt, commit, place: ref });
  for (const { attempt, task, commit, ref } of state.landings)
    made.push({ kind: "landing", task, attempt, commit, place: ref });
  for (const { reverts, ref } of state.rollbacks.filter(({ landed }) => landed))
    for (const { task, attempt, landing, commit } of reverts)
      for (const one of [landing, commit]) made.push({ kind: "landing", task, attempt, commit: one, place: ref });
  const lost = new Set(await repository.unreached(made.flatMap(({ commit }) => commit ?? [])));
  const takenBack = reverted === undefined ? await revertedByHand(repository, state) : reverted;
  const kept: MadeWork[] = [];
  for (const one of made) {
    const isKept = one.commit !== null && !lost.has(one.commit);
    const moved = !isKept && (await repository.resolve(one.place)) !== null;
    const by = one.kind === "landing" ? takenBack?.get(one.commit ?? "") : undefined;
    kept.push({ ...one, kept: isKept, moved, revertedByHand: by ?? null });
  }
  for (const { id, task, work, workspace } of state.attempts.values())
    if (workspace !== null && (await stat(workspace).catch(() => null)) !== null)
      kept.push({
        kind: "workspace",
        task,
        attempt: id,
        commit: work?.commit ?? null,
        place: workspace,
        kept: true,
        moved: false,
        revertedByHand: null,
      });
  return kept;
}

/**
 * What to type so that git reaches all of it again: one command for each ref, with the newest that it held. None of them moves a
 * ref that is there, and so takes nothing away: what was moved comes back as a branch beside it. Pure.
 */
export function waysBack(made: readonly MadeWork[]): readonly string[] {
  const newest = new Map(made.filter(({ kept }) => !kept).map((one) => [one.place, one]));
  return [...newest.values()].flatMap(({ place, commit, task, moved }) => {
    if (commit === null) return [];
    return moved ? `git branch lost/${task}-${commit.slice(0, 7)} ${commit}` : `git update-ref ${place} ${commit} ""`;
  });
}
