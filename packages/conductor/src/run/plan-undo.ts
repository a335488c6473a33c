/** What goes when landed work is taken back: all that cannot stand without it, and in which order. Moves nothing. */
import { isDeepStrictEqual } from "node:util";
import { WerkError } from "@taskwerk/contract/errors";
import { lookAtIntegration } from "../git/integration.ts";
import { branchOf } from "../model/branch-of.ts";
import type { CommitLine, Repository } from "../model/repository.ts";
import { short } from "../model/short.ts";
import { someOf } from "../model/some-of.ts";
import { givenIn, type LandingState, type RollbackState, type RunState } from "../model/state.ts";
import { newestFirst, type Trying, takeOff, whatIsOnTop } from "./take-off.ts";
import { type Dependent, dependentsOf, type Edges } from "./undo-closure.ts";

/** What is to be taken back: one task's work, or all that a session landed and nothing else stands on. */
export type UndoWish =
  | { readonly kind: "task"; readonly task: string }
  | { readonly kind: "session"; readonly session: string };

export interface PlannedRevert {
  readonly landing: LandingState;
  readonly title: string;
  /** Why it goes, in words. */
  readonly why: string;
  /** The tree that is left after it. */
  readonly tree: string;
}

export interface UndoPlan {
  /** The integration branch that all of it landed on, and the commit on which the reverts follow. */
  readonly ref: string;
  readonly tip: string;
  /** In the order of their commits: what landed last goes first. */
  readonly reverts: readonly PlannedRevert[];
  /** A commit of what is left, which no ref keeps. */
  readonly left: string;
  /** Landed by the session, and stays. */
  readonly stays: readonly { readonly task: string; readonly why: string }[];
}

export interface UndoSituation {
  /** Opened so that it does not sign. */
  readonly repository: Trying;
  readonly state: RunState;
  /** Every task of taskwerk. */
  readonly tasks: readonly Edges[];
  /** The commit to take it off; null = where the integration branch is. */
  readonly tip: string | null;
}

/** Each turn takes at least one more landing in, or leaves one out. */
const MOST_TURNS = 1_000;
/** Paths that an error names. */
const MOST_NAMED = 3;

/**
 * Throws what stands in the way: SESSION_NOT_FOUND; UNDO_CONFLICT for what has not landed, was undone already, is not there any
 * more, or has people's work on top.
 */
export async function planUndo(situation: UndoSituation, wish: UndoWish): Promise<UndoPlan> {
  const asked = wish.kind === "task" ? landedOf(situation.state, wish.task) : landedBy(situation.state, wish.session);
  const { ref } = asked[0]!;
  const tip = situation.tip ?? (await situation.repository.resolve(ref));
  if (tip === null)
    throw new WerkError("GIT_REF_NOT_FOUND", `there is no ${branchOf(ref)} any more`, {
      given: ref,
      hint: "What there is:  git branch --list 'conductor/*'",
    });
  const gone = asked.find(({ ref: other }) => other !== ref);
  if (gone !== undefined) throw elsewhere(gone, ref);
  return wish.kind === "task"
    ? closeOver(situation, { ref, tip, asked })
    : keepWithin(situation, { ref, tip, asked, session: wish.session });
}

interface Place {
  readonly ref: string;
  readonly tip: string;
  readonly asked: readonly LandingState[];
}

/** Takes in whatever stands on it. */
async function closeOver(situation: UndoSituation, { ref, tip, asked }: Place): Promise<UndoPlan> {
  const { state } = situation;
  const why = new Map(asked.map(({ task }) => [task, "you named it"]));
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    for (const { task, by } of standingOn(situation, [...why.keys()])) why.set(task, `depends on ${by}`);
    const set = state.landings.filter(({ task }) => why.has(task));
    const gone = set.find((one) => one.ref !== ref);
    if (gone !== undefined) throw elsewhere(gone, ref);
    const off = await takeOff(situation.repository, tip, set);
    if (off.kind === "clean") return planned(situation, { ref, tip, off, why, stays: [] });
    const onTop = await onTopOf(situation, tip, set, off);
    if (onTop.landing === null) throw built(off, onTop.commit, set, ref);
    why.set(onTop.landing.task, `changed the same lines after ${off.landing.task}: ${someOf(off.paths, MOST_NAMED)}`);
  }
  throw new Error("an undo found no end");
}

/** Leaves out whatever others stand on. */
async function keepWithin(
  situation: UndoSituation,
  { ref, tip, asked, session }: Place & { readonly session: string },
): Promise<UndoPlan> {
  const stays = new Map<string, string>();
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const set = asked.filter(({ task }) => !stays.has(task));
    if (set.length === 0)
      throw new WerkError("UNDO_CONFLICT", `all that ${session} landed is needed by what came after it`, {
        hint: [...stays]
          .slice(0, 5)
          .map(([task, why]) => `${task}: ${why}`)
          .join("\n"),
        details: { stays: Object.fromEntries(stays) },
      });
    const inside = new Set(set.map(({ task }) => task));
    const held = set.flatMap(({ task }) => {
      const by = standingOn(situation, [task]).find((one) => !inside.has(one.task));
      return by === undefined ? [] : [[task, `${by.task}, which stays, depends on it`] as const];
    });
    for (const [task, why] of held) stays.set(task, why);
    if (held.length > 0) continue;
    const off = await takeOff(situation.repository, tip, set);
    if (off.kind === "clean") {
      const why = new Map(set.map(({ task }) => [task, `${session} landed it`]));
      return planned(situation, { ref, tip, off, why, stays: [...stays].map(([task, one]) => ({ task, why: one })) });
    }
    const { landing, commit } = await onTopOf(situation, tip, set, off);
    const by = landing?.task ?? (commit === null ? "something later" : short(commit.commit));
    stays.set(off.landing.task, `${by} changed the same lines of ${someOf(off.paths, MOST_NAMED)}`);
  }
  throw new Error("an undo found no end");
}

/** Where a run for `target` would start: it has what is on that branch and what has landed. Throws GIT_CONFLICT where they do not merge. */
export async function startOf(repository: Repository, target: string): Promise<string> {
  const place = await lookAtIntegration(repository, target);
  if (place.kind !== "conflict") return place.start;
  const { paths } = place;
  throw new WerkError(
    "GIT_CONFLICT",
    `${branchOf(target)} and ${branchOf(place.ref)} have each moved on, and they conflict in ${someOf(paths, MOST_NAMED)}`,
    { hint: `Merge them first:  git merge ${branchOf(place.ref)}`, details: { paths } },
  );
}

/**
 * Throws UNDO_CONFLICT where `target`, a branch of the user's, has some of it already: that branch is never moved. What keeps the
 * reverts from being a branch of their own is thrown in its place: nobody is told to type what cannot work.
 */
export async function refuseTaken(
  situation: UndoSituation & { readonly repository: Repository },
  wish: UndoWish,
  { reverts, ref }: UndoPlan,
  target: string,
): Promise<void> {
  const { repository, state } = situation;
  const tip = await repository.resolve(target);
  if (tip === null) return;
  const taken: string[] = [];
  for (const { landing } of reverts) if (await repository.isAncestor(landing.commit, tip)) taken.push(landing.task);
  if (taken.length === 0) return;
  const name = branchOf(target);
  const task = reverts.at(-1)!.landing.task;
  const there = (await madeBefore(repository, reverts, givenIn(state)))?.branch ?? null;
  if (there === null) await planUndo({ ...situation, tip: await startOf(repository, target) }, wish);
  throw new WerkError(
    "UNDO_CONFLICT",
    `${name} has taken ${taken.join(", ")} already, and conductor never moves ${name}; nothing was changed`,
    {
      given: task,
      hint: [
        there === null
          ? `The reverts as a branch of yours, through the gates:  conductor undo ${task} --as undo/${task}`
          : `The reverts are a branch of yours already: ${there}`,
        `Then take them:  git merge --ff-only ${there ?? `undo/${task}`}`,
      ].join("\n"),
      details: { target: name, integration: branchOf(ref), taken },
    },
  );
}

/** The error about landed work of which nothing is left to take back. */
export const nothingLeft = (tasks: readonly string[]): WerkError =>
  new WerkError("UNDO_CONFLICT", `nothing of ${tasks.join(", ")} is there any more: somebody has taken it back`, {
    hint: `To have it done again:  taskwerk reopen ${tasks.join(" ")}`,
  });

/** The newest branch of the user's that was made to take back the same and is still there. */
export async function madeBefore(
  repository: Trying,
  reverts: UndoPlan["reverts"],
  given: readonly RollbackState[],
): Promise<RollbackState | null> {
  const wanted = reverts.map(({ landing }) => landing.commit).toSorted();
  for (const one of [...given].reverse()) {
    const same = isDeepStrictEqual(one.reverts.map(({ landing }) => landing).toSorted(), wanted);
    if (same && (await repository.resolve(`refs/heads/${one.branch}`)) === one.commit) return one;
  }
  return null;
}

type Conflict = Extract<Awaited<ReturnType<typeof takeOff>>, { readonly kind: "conflict" }>;
type Clean = Extract<Awaited<ReturnType<typeof takeOff>>, { readonly kind: "clean" }>;

async function onTopOf(
  { repository, state }: UndoSituation,
  tip: string,
  set: readonly LandingState[],
  { paths }: Conflict,
): Promise<{ readonly landing: LandingState | null; readonly commit: CommitLine | null }> {
  const passed = new Set(
    state.rollbacks.flatMap(({ landed, reverts }) =>
      landed ? reverts.flatMap(({ landing, commit }) => [landing, commit]) : [],
    ),
  );
  const commit = await whatIsOnTop(repository, tip, set, { paths, passed });
  return { commit, landing: state.landings.find((one) => one.commit === commit?.commit) ?? null };
}

/** Landed tasks that depend on these. */
const standingOn = ({ tasks, state }: UndoSituation, from: readonly string[]): readonly Dependent[] =>
  dependentsOf(tasks, from, new Set(state.landings.map(({ task }) => task)));

async function planned(
  { repository, state }: UndoSituation,
  {
    ref,
    tip,
    off,
    why,
    stays,
  }: Pick<UndoPlan, "ref" | "tip" | "stays"> & { readonly off: Clean; readonly why: ReadonlyMap<string, string> },
): Promise<UndoPlan> {
  const reverts = off.reverts.map(({ landing, tree }) => ({
    landing,
    tree,
    title: state.attempts.get(landing.attempt)?.title ?? landing.task,
    why: why.get(landing.task) ?? "",
  }));
  for (const { landing } of reverts) {
    const attempt = state.attempts.get(landing.attempt);
    if (attempt !== undefined && attempt.endedAt === null)
      throw new WerkError(
        "UNDO_CONFLICT",
        `${landing.task} has landed, and its run was cut off before it could say so`,
        {
          hint: "Let it come to its end first:  conductor resume",
          given: landing.task,
        },
      );
  }
  if ((await repository.treeOf(off.commit)) === (await repository.treeOf(tip)))
    throw nothingLeft(reverts.map(({ landing }) => landing.task));
  return { ref, tip, reverts, left: off.commit, stays };
}

/** What stands of a task's landings. */
function landedOf(state: RunState, task: string): readonly LandingState[] {
  const landed = state.landings.filter((one) => one.task === task);
  if (landed.length > 0) return landed;
  const undone = state.rollbacks.findLast((one) => one.landed && one.reverts.some((revert) => revert.task === task));
  throw undone === undefined
    ? new WerkError("UNDO_CONFLICT", `${task} has not landed, so there is nothing to take back`, {
        given: task,
        hint: `Where it is:  conductor log ${task}`,
      })
    : new WerkError("UNDO_CONFLICT", `${task} was undone already, by ${undone.by} (${undone.id})`, {
        given: task,
        hint: undone.reopened.includes(task)
          ? `What happened:  conductor log ${task}`
          : `Open it again in taskwerk:  conductor undo ${task}`,
        details: { rollback: undone.id },
      });
}

function landedBy(state: RunState, session: string): readonly LandingState[] {
  if (!state.sessions.has(session))
    throw new WerkError("SESSION_NOT_FOUND", `there is no session ${session}`, {
      given: session,
      hint: "What there was:  conductor report",
      candidates: [...state.sessions.keys()].slice(-10),
    });
  const landed = state.landings.filter((one) => one.session === session);
  if (landed.length > 0) return landed;
  throw new WerkError("UNDO_CONFLICT", `nothing that ${session} landed still stands`, {
    given: session,
    hint: `What it did:  conductor report ${session}`,
  });
}

const elsewhere = ({ task, ref: other }: LandingState, ref: string): WerkError =>
  new WerkError(
    "UNDO_CONFLICT",
    `${task} belongs to it and landed on ${branchOf(other)}, not on ${branchOf(ref)}; nothing was changed`,
    { given: task, hint: `Take that back first:  conductor undo ${task}` },
  );

/** People built on it: what they type is theirs to decide. */
function built(
  { landing, paths }: Conflict,
  commit: CommitLine | null,
  set: readonly LandingState[],
  ref: string,
): WerkError {
  const by =
    commit === null ? "what came later" : `${short(commit.commit)} "${commit.subject}" by ${commit.authorName}`;
  const reverts = newestFirst(set).map((one) => short(one.commit));
  return new WerkError(
    "UNDO_CONFLICT",
    `${by} changed the same lines of ${someOf(paths, MOST_NAMED)} after ${landing.task}; nothing was changed`,
    {
      given: landing.task,
      hint: [
        "It is no task's work, so it is yours to settle, on a branch of yours:",
        `  git switch -c undo/${landing.task} ${branchOf(ref)}`,
        `  git revert ${reverts.join(" ")}`,
        `Once you have taken it:  taskwerk reopen ${[...new Set(newestFirst(set).map(({ task }) => task))].join(" ")}`,
      ].join("\n"),
      details: { task: landing.task, paths, commit: commit?.commit ?? null, landings: set.map((one) => one.commit) },
    },
  );
}
