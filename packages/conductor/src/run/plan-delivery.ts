/** What has to be taken with a part of the landed work so that it can stand on the user's branch, and in which order. Moves nothing. */
import { WerkError } from "@taskwerk/contract/errors";
import { branchOf } from "../model/branch-of.ts";
import type { CommitLine, Repository } from "../model/repository.ts";
import { short } from "../model/short.ts";
import { someOf } from "../model/some-of.ts";
import type { LandingState, RunState } from "../model/state.ts";
import { neededBy } from "./needed-by.ts";
import { type On, oldestFirst, type Putting, putOn } from "./put-on.ts";
import type { Edges } from "./undo-closure.ts";

export interface DeliveryWish {
  /** What the user calls it, e.g. the id of a feature. */
  readonly group: string;
  /** Its tasks. */
  readonly tasks: readonly string[];
  /** The user's branch and the branch that landings went to, full refs. */
  readonly target: string;
  readonly integration: string;
}

export interface DeliverySituation {
  /** Opened so that it does not sign. */
  readonly repository: Putting & Pick<Repository, "isAncestor" | "changedPaths" | "commitsBetween" | "mergeBase">;
  readonly state: RunState;
  /** Every task of taskwerk. */
  readonly tasks: readonly Edges[];
}

export interface PlannedPick extends On {
  readonly title: string;
  /** Why it comes along, in words. */
  readonly why: string;
}

export type DeliveryPlan =
  | {
      readonly kind: "part";
      /** The commit of the user's branch, on which the picks follow. */
      readonly from: string;
      /** In the order of their commits: what landed first comes first. */
      readonly picks: readonly PlannedPick[];
      /** A commit of what is there in the end, which no ref keeps. */
      readonly result: string;
      /** Landed tasks that stay behind. */
      readonly stays: readonly string[];
    }
  /** It needs all that has landed and the user has not got. */
  | { readonly kind: "everything"; readonly from: string; readonly tasks: readonly string[] }
  /** The user's branch has all of it, or all of it together would change nothing there. */
  | { readonly kind: "taken"; readonly from: string };

/** Each turn takes at least one more landing in. */
const MOST_TURNS = 1_000;
/** So many are tried one by one for the one that is missing; of more, the last one is. */
const MOST_TRIED = 20;
/** Paths that an error names. */
const MOST_NAMED = 3;

/**
 * Throws GIT_REF_NOT_FOUND without the branches; VALIDATION_FAILED where nothing of it has landed; GIT_CONFLICT where it does not go onto the
 * user's branch, with the commit that is in the way.
 */
export async function planDelivery(situation: DeliverySituation, wish: DeliveryWish): Promise<DeliveryPlan> {
  const { repository, state } = situation;
  const [from, tip] = [await tipOf(repository, wish.target), await tipOf(repository, wish.integration)];
  const landed = state.landings.filter(({ ref }) => ref === wish.integration);
  const inGroup = landed.filter(({ task }) => wish.tasks.includes(task));
  if (inGroup.length === 0)
    throw new WerkError("VALIDATION_FAILED", `nothing of ${wish.group} has landed on ${branchOf(wish.integration)}`, {
      given: wish.group,
      field: "group",
      hint: "What has landed, by feature:  conductor review",
    });
  const open: LandingState[] = [];
  for (const one of landed) if (!(await repository.isAncestor(one.commit, from))) open.push(one);
  if (!open.some(({ task }) => wish.tasks.includes(task))) return { kind: "taken", from };
  return closeOver(situation, wish, { from, tip, open });
}

interface Place {
  readonly from: string;
  readonly tip: string;
  /** Landed, and not on the user's branch. */
  readonly open: readonly LandingState[];
}

/** Takes in whatever it needs. */
async function closeOver(situation: DeliverySituation, wish: DeliveryWish, place: Place): Promise<DeliveryPlan> {
  const { repository, tasks, state } = situation;
  const { from, open } = place;
  const among = new Set(open.map(({ task }) => task));
  const why = new Map(wish.tasks.filter((id) => among.has(id)).map((id) => [id, `belongs to ${wish.group}`]));
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    for (const { task, by } of neededBy(tasks, [...why.keys()], among)) why.set(task, `${by} depends on it`);
    const set = open.filter(({ task }) => why.has(task));
    const on = await putOn(repository, from, set);
    if (on.kind === "clean") {
      // Also where what one of them did another one has undone.
      const last = on.picks.at(-1);
      if (last === undefined || last.tree === (await repository.treeOf(from))) return { kind: "taken", from };
      const stays = [...new Set(open.filter(({ task }) => !why.has(task)).map(({ task }) => task))];
      // Where the user's branch has commits of its own, it cannot simply move up to all of it.
      if (stays.length === 0 && (await repository.isAncestor(from, place.tip)))
        return { kind: "everything", from, tasks: [...why.keys()] };
      const picks = on.picks.map((pick) => ({
        ...pick,
        title: state.attempts.get(pick.landing.attempt)?.title ?? pick.landing.task,
        why: why.get(pick.landing.task) ?? "",
      }));
      return { kind: "part", from, picks, result: on.commit, stays };
    }
    const missing = await whatIsMissing(repository, place, set, on);
    if (missing === null) throw await inTheWay(situation, wish, place, on);
    why.set(missing.task, `changed ${someOf(on.paths, MOST_NAMED)} before ${on.landing.task}`);
  }
  throw new Error("a delivery found no end");
}

type Conflict = Extract<Awaited<ReturnType<typeof putOn>>, { readonly kind: "conflict" }>;

/** The landing without which this one does not go on: one that was there before it and changed the same files. */
async function whatIsMissing(
  repository: DeliverySituation["repository"],
  { from, open }: Place,
  set: readonly LandingState[],
  { landing, paths }: Conflict,
): Promise<LandingState | null> {
  const before: LandingState[] = [];
  for (const one of oldestFirst(open).toReversed())
    if (one.seq < landing.seq && !set.includes(one) && (await touches(repository, one.commit, paths))) before.push(one);
  const upTo = set.filter(({ seq }) => seq <= landing.seq);
  for (const one of before.slice(0, MOST_TRIED))
    if ((await putOn(repository, from, [...upTo, one])).kind === "clean") return one;
  return before[0] ?? null;
}

async function touches(
  repository: DeliverySituation["repository"],
  commit: string,
  paths: readonly string[],
): Promise<boolean> {
  const before = await repository.resolve(`${commit}^`);
  return before !== null && (await repository.changedPaths(before, commit)).some(({ path }) => paths.includes(path));
}

/** No task's work is missing: somebody's commit is in the way, on the user's branch or below what has landed. */
async function inTheWay(
  { repository, state }: DeliverySituation,
  { group, target, integration }: DeliveryWish,
  { from, tip }: Place,
  { landing, paths }: Conflict,
): Promise<WerkError> {
  const base = (await repository.mergeBase(from, tip)) ?? from;
  const ours = new Set(state.landings.map(({ commit }) => commit));
  const changed = async (lines: readonly CommitLine[]): Promise<CommitLine | null> => {
    for (const one of lines)
      if (one.parents.length === 1 && !ours.has(one.commit) && (await touches(repository, one.commit, paths)))
        return one;
    return null;
  };
  const below = await changed(await repository.commitsBetween(base, landing.commit));
  const above = await changed(await repository.commitsBetween(base, from));
  const commit = below ?? above;
  const where = below !== null ? branchOf(integration) : branchOf(target);
  const by =
    commit === null ? `what is on ${branchOf(target)}` : `${short(commit.commit)} "${commit.subject}" on ${where}`;
  return new WerkError(
    "GIT_CONFLICT",
    `${landing.task} (${short(landing.commit)}) of ${group} does not go onto ${branchOf(target)}: ${by} changed the same lines of ${someOf(paths, MOST_NAMED)}. Nothing was made`,
    {
      given: group,
      hint: [
        `All that has landed:  git merge ${branchOf(integration)}`,
        `By hand, on a branch of yours:  git cherry-pick ${short(landing.commit)}`,
      ].join("\n"),
      details: { task: landing.task, landing: landing.commit, paths, commit: commit?.commit ?? null },
    },
  );
}

async function tipOf(repository: DeliverySituation["repository"], ref: string): Promise<string> {
  const found = await repository.resolve(ref);
  if (found !== null) return found;
  throw new WerkError("GIT_REF_NOT_FOUND", `there is no ${branchOf(ref)}`, { given: ref, hint: "git branch --list" });
}
