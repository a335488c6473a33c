import type { Journal } from "../../journal/journal.ts";
import type { Receipt } from "../../model/gate.ts";
import type { RollbackState } from "../../model/state.ts";
import type { UndoPlan } from "../../run/plan-undo.ts";

/** The answer of `undo`. */
export interface UndoData {
  readonly state: "would-undo" | "undone" | "branch";
  readonly ref: string;
  readonly from: string;
  /** What the branch holds now; null as long as nothing is done. */
  readonly commit: string | null;
  readonly rollback: string | null;
  /** --as */
  readonly branch: string | null;
  /** In the order of their commits: what landed last goes first. */
  readonly reverts: readonly {
    readonly task: string;
    readonly title: string;
    readonly why: string;
    /** The commit that had landed, and the one that takes it back. */
    readonly landing: string;
    readonly commit: string | null;
  }[];
  readonly stays: UndoPlan["stays"];
  readonly reopened: readonly string[];
  readonly gateFiles: readonly string[];
  readonly receipts: readonly { readonly gate: string; readonly result: string; readonly id: string }[];
}

/** What was planned, and what became of it. */
export function dataOf(
  { ref, tip, reverts, stays }: UndoPlan,
  state: UndoData["state"],
  known: {
    readonly gateFiles: readonly string[];
    readonly rollback?: RollbackState;
    readonly receipts?: readonly Receipt[];
  },
): UndoData {
  const { rollback = null } = known;
  return {
    state,
    ref,
    from: tip,
    commit: rollback?.commit ?? null,
    rollback: rollback?.id ?? null,
    branch: rollback?.branch ?? null,
    reverts: reverts.map(({ landing, title, why }) => ({
      task: landing.task,
      title,
      why,
      landing: landing.commit,
      commit: rollback?.reverts.find((one) => one.landing === landing.commit)?.commit ?? null,
    })),
    stays,
    reopened: rollback?.reopened ?? [],
    gateFiles: known.gateFiles,
    receipts: (known.receipts ?? []).map(({ gate, result, id }) => ({ gate, result, id })),
  };
}

/** One that had been cut off, as it is now. */
export async function finishedData(journal: Journal, { id }: RollbackState): Promise<UndoData> {
  const { rollbacks, attempts, receipts } = await journal.state();
  const rollback = rollbacks.find((one) => one.id === id)!;
  return {
    state: "undone",
    ref: rollback.ref,
    from: rollback.from,
    commit: rollback.commit,
    rollback: id,
    branch: rollback.branch,
    reverts: rollback.reverts.map(({ task, attempt, landing, commit }) => ({
      task,
      title: attempts.get(attempt)?.title ?? task,
      why: rollback.branch === null ? "it was begun before" : `you have taken ${rollback.branch}`,
      landing,
      commit,
    })),
    stays: [],
    reopened: rollback.reopened,
    gateFiles: [],
    receipts: rollback.receipts
      .map((one) => receipts.get(one))
      .filter((one) => one !== undefined)
      .map(({ gate, result, id: receipt }) => ({ gate, result, id: receipt })),
  };
}
