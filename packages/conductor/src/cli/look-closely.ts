/** What only a report asks git: how much there is, what became of tests, and whether everything that was made is still there. */
import type { Repository } from "../model/repository.ts";
import type { RunState, SessionState } from "../model/state.ts";
import type { GitAudit } from "../report/facts.ts";
import { newestTree } from "../report/measured.ts";
import { auditWork } from "../run/audit-work.ts";
import { weakenedBetween } from "../run/gather-change.ts";
import { revertedByHand } from "../run/reverted-by-hand.ts";

interface Close {
  readonly state: RunState;
  readonly session: SessionState;
  /** Where the user's branch and the integration branch point; null = they are not there. */
  readonly target: string | null;
  readonly tip: string | null;
}

type Seen = Partial<GitAudit>;

/** All of it. */
export async function lookClosely(repository: Repository, about: Close): Promise<Seen & Pick<GitAudit, "lost">> {
  const reverted = await revertedByHand(repository, about.state);
  const [change, weakened, work] = await Promise.all([
    changeOf(repository, about),
    weakenedOf(repository, about, reverted),
    workOf(repository, about.state, reverted),
  ]);
  return { ...change, ...weakened, ...work };
}

/** Nothing where git has not got what it would be counted from. */
async function changeOf(repository: Repository, { state, session, target, tip }: Close): Promise<Seen> {
  if (tip === null) return {};
  const lands = state.landings.some((one) => one.session === session.id);
  const from = lands ? session.startCommit : target === null ? null : await repository.mergeBase(target, tip);
  if (from === null || !(await repository.treesOf([from])).has(from)) return {};
  return { change: { from, to: tip, ...(await repository.sizeBetween(from, tip)) } };
}

type Reverted = Awaited<ReturnType<typeof revertedByHand>>;

/** Nothing where the session has landed nothing, or git has not got what it would be read from. */
async function weakenedOf(repository: Repository, about: Close, reverted: Reverted): Promise<Seen> {
  const { session } = about;
  const ends = [session.startCommit, (await leftOf(repository, about, reverted)) ?? ""] as const;
  const there = await repository.treesOf(ends);
  if (!ends.every((commit) => there.has(commit))) return {};
  const found = await weakenedBetween(repository, ...ends);
  return found === null ? {} : { weakened: found.map(({ message }) => message) };
}

/** The commit that holds what is left of the session's work: the tip, where somebody has reverted some of it by hand below it. */
async function leftOf(
  repository: Repository,
  { state, session, tip }: Close,
  reverted: Reverted,
): Promise<string | null> {
  const newest = newestTree(state, session)?.commit ?? null;
  if (tip === null) return newest;
  for (const { session: of, commit } of state.landings) {
    const revert = of === session.id ? reverted?.get(commit) : undefined;
    if (revert !== undefined && (await repository.isAncestor(revert.commit, tip))) return tip;
  }
  return newest;
}

/** Everything that was made, commits of attempts and of salvage that git does not have any more, and what was reverted by hand. */
async function workOf(
  repository: Repository,
  state: RunState,
  reverted: Reverted,
): Promise<Pick<GitAudit, "made" | "lost" | "revertedByHand">> {
  const made = await auditWork(repository, state, reverted);
  const lost = made.flatMap(({ kind, commit, kept }) => (kind !== "landing" && !kept && commit ? [commit] : []));
  return {
    made: { all: made.length, kept: made.filter(({ kept }) => kept).length },
    lost: [...new Set(lost)],
    ...(reverted === null ? {} : { revertedByHand: Object.fromEntries(reverted) }),
  };
}
