/** Which gates judge a piece of work, and what they said of the tree it began from. */
import { namesKept, type TestNames } from "../gates/names-of-tests.ts";
import { newestByGate, type Receipt } from "../model/gate.ts";
import type { Change } from "../policy/action.ts";
import type { RunContext } from "./context.ts";
import { changedSet, type GateSet, knowingRed } from "./gate-set.ts";

/** What is asked of what has been judged. */
type Bench = Pick<RunContext, "repository" | "session" | "journal">;

/**
 * The gates that judge work begun from `base`: that commit's. Where the work changes gate files, which somebody has agreed
 * to by now, those of `tree`.
 */
export async function judgesOf(
  context: Bench & Pick<RunContext, "gateSets">,
  { base, tree, change }: { readonly base: string; readonly tree: string; readonly change: Change },
): Promise<GateSet> {
  const { gateSets } = context;
  const own = await gateSets(base);
  const set = changesGates(change) ? changedSet(own, await gateSets(tree)) : own;
  return knowingRed(set, await baselineOf(context, base));
}

export const changesGates = ({ gateFiles }: Change): boolean => (gateFiles ?? []).length > 0;

/**
 * What the gates say of the tree that the work began from: what has landed since the session's start counts too, so that
 * nobody can take away what another one has just added. The session's start where that tree was never judged.
 */
export async function baselineOf(context: Bench, base: string): Promise<readonly Receipt[]> {
  const { repository, session, journal } = context;
  const known = [...(await journal.state()).receipts.values()];
  const of = async (commit: string): Promise<readonly Receipt[]> => {
    const tree = await repository.treeOf(commit);
    const judged = known.filter((one) => one.tree === tree && (one.result === "pass" || one.counts !== null));
    return newestByGate(judged);
  };
  const own = await of(base);
  return own.length > 0 ? own : of(session.startCommit);
}

/** Tests by name, of the receipts where they are known. */
export async function namesOf(receipts: readonly Receipt[]): Promise<(receipt: Receipt) => TestNames | null> {
  const names = new Map<string, TestNames>();
  for (const { id, tests } of receipts) {
    const kept = tests === undefined ? null : await namesKept(tests);
    if (kept !== null) names.set(id, kept);
  }
  return ({ id }) => names.get(id) ?? null;
}
