/** Brings proven work onto the integration branch, and closes its task. */
import { isDeepStrictEqual } from "node:util";
import { type Landing, type LandingWish, land } from "../landing/land.ts";
import { landingMessage } from "../landing/message.ts";
import { isAssumed } from "../model/decision-outcome.ts";
import type { Receipt } from "../model/gate.ts";
import { askedBy } from "../model/same-question.ts";
import { unlessGone } from "./claim-gone.ts";
import { conflictSetback, handOver } from "./conflict-setback.ts";
import { DecidedOtherwise, decidedOtherwise, outdatedBy } from "./decided-otherwise.ts";
import { addedBetween } from "./gather-change.ts";
import { integrationTip } from "./integration-tip.ts";
import { judgeAttempt } from "./judge-tree.ts";
import { changesGates, judgesOf } from "./judges.ts";
import { makeLadder } from "./ladder.ts";
import { planOf } from "./plan-metadata.ts";
import type { Proven } from "./prove-work.ts";
import { rememberResolution } from "./remember-resolution.ts";
import { redOnes, type Setback, setbackFor, setbackOf } from "./setback.ts";
import { endOfAbort, enterStage, type Stop, type Story } from "./story.ts";
import { whatIsMissing } from "./unproven.ts";
import { whatNobodySaw } from "./what-nobody-saw.ts";
import type { Work } from "./work.ts";

/**
 * Waits for its turn. `back`: it conflicted or was red on the tip; the next conversation begins there. `last`: there is none any
 * more.
 */
export async function landWork(story: Story, proven: Proven, last: boolean): Promise<Stop> {
  const { context, id, clone, signal } = story;
  const { repository, session, journal, landingQueue } = context;
  await enterStage(story, "queued", null);
  const assumed = await assumptionsOf(story);
  return landingQueue.add(async () => {
    if (signal.aborted) return { end: endOfAbort(story) };
    await enterStage(story, "landing", null);
    const otherwise = await decidedOtherwise(story);
    if (otherwise !== null) return { back: otherwise };
    if (await judgedOtherwise(story, proven)) return startOver(story, JUDGED_OTHERWISE);
    const ladder = makeLadder(context, {
      attempt: id,
      base: clone.base,
      work: proven.work.commit,
      change: proven.change,
      signal,
    });
    const outcome = await land({
      repository,
      ref: session.integration,
      work: proven.work,
      base: clone.base,
      settle: ladder.settle,
      allow: async (tree, tip) => (await whatNobodySaw(context, { tip, tree, change: proven.change })).problem,
      judge: (tree, tip) => judgeOnTip(story, proven, { tree, tip }),
      message: (receipts) => messageOf(story, { assumed, resolved: ladder.resolved(), receipts }),
      intend: async (plan) => {
        const intended = { type: "landing.intended", attempt: id, ...plan } as const;
        const written = await journal.appendIf((state) => (outdatedBy(state, id) === null ? [intended] : []));
        if (written.length === 0) throw new DecidedOtherwise();
      },
    }).catch((error: unknown) => {
      if (error instanceof DecidedOtherwise) return null;
      throw error;
    });
    // While its gates ran somebody has said otherwise.
    if (outcome === null) return { back: (await decidedOtherwise(story))! };
    // Gates that were ended say nothing of the work.
    if (outcome.kind !== "landed" && signal.aborted) return { end: endOfAbort(story) };
    return afterLanding(story, proven.work, { outcome, last });
  });
}

/** Questions whose default was taken for granted. */
async function assumptionsOf({ context, task }: Story): Promise<readonly string[]> {
  return [...(await context.journal.state()).decisions.values()]
    .filter((one) => askedBy(one, task.id) && isAssumed(one))
    .map((one) => `${one.text} ${one.recommended ?? ""}`);
}

/** Somebody has agreed to other gates, but what would judge now are these and those that landed meanwhile. */
async function judgedOtherwise({ context, clone }: Story, { change }: Proven): Promise<boolean> {
  if (!changesGates(change)) return false;
  const { gateSets } = context;
  const [then, now] = await Promise.all([gateSets(clone.base), gateSets(await integrationTip(context))]);
  return !isDeepStrictEqual(then.gateFiles, now.gateFiles);
}

const JUDGED_OTHERWISE = setbackFor(
  "it changes how work is judged, and so does what landed meanwhile: bring it in again on top of that",
);

const MERGED_OTHERWISE = "with what landed meanwhile it is another change, so bring it in again on top of that";

/** All gates, on the tree that would land. */
async function judgeOnTip(
  { context, id, signal }: Story,
  { change }: Proven,
  { tree, tip }: { readonly tree: string; readonly tip: string },
): ReturnType<LandingWish["judge"]> {
  const { repository, session } = context;
  const changed = await repository.changedPaths(tip, tree);
  const set = await judgesOf(context, { base: tip, tree, change });
  const judged = await judgeAttempt(context, {
    tree,
    set,
    phase: "merged",
    changed: changed.map(({ path }) => path),
    changedLines: await addedBetween(repository, tip, tree),
    attempt: id,
    signal,
  });
  return { ...judged, unproven: whatIsMissing(set.gates, session.options.requireTests) };
}

const messageOf = (
  { context, task }: Story,
  known: {
    readonly assumed: readonly string[];
    readonly resolved: readonly string[];
    readonly receipts: readonly Receipt[];
  },
): string =>
  landingMessage({
    ...known,
    coAuthor: context.settings.coAuthor,
    task: task.id,
    title: task.title,
    type: task.type,
    session: context.session.id,
    requirements: planOf(task)?.requirements ?? [],
  });

/** What a landing's outcome means for the task. */
async function afterLanding(
  story: Story,
  work: Work,
  { outcome, last }: { readonly outcome: Landing; readonly last: boolean },
): Promise<Stop> {
  const { context, id, clone } = story;
  const { repository, session, journal } = context;
  switch (outcome.kind) {
    case "landed":
      await closeTask(story, work, outcome);
      return { end: { kind: "landed" } };
    case "no-change":
      return { end: { kind: "no-change", reason: "what it changed is there already" } };
    case "conflict": {
      const { paths } = outcome;
      const about = { ref: session.integration, base: clone.base, work: work.commit, paths };
      await handOver(context, { ...outcome, ...about, attempt: id, last });
      return startOver(story, await conflictSetback(repository, await journal.state(), about));
    }
    case "unseen":
      return startOver(story, setbackFor(`${MERGED_OTHERWISE}: ${outcome.reason}`));
    case "red":
      return startOver(story, setbackOf(redOnes(outcome.receipts)));
    case "refused":
      return { end: { kind: "blocked", blocker: "gates", reason: outcome.reason } };
    case "stale":
      return {
        end: { kind: "blocked", blocker: "conflict", reason: "the integration branch kept moving under every try" },
      };
    default: {
      const unknown: never = outcome;
      throw new Error(`unknown landing ${JSON.stringify(unknown)}`);
    }
  }
}

async function startOver({ clone }: Story, back: Setback): Promise<Stop> {
  await clone.startOver();
  return { back };
}

/** Writes down that it has landed, and tells taskwerk that it is done, whoever has the task by now. */
async function closeTask(
  { context, id, task, keeper, clone }: Story,
  work: Work,
  { commit, tree, receipts: passed }: Extract<Landing, { kind: "landed" }>,
): Promise<void> {
  const { journal, tasks, session } = context;
  context.failpoint("after-update-ref");
  const receipts = passed.map((receipt) => receipt.id);
  await journal.append([{ type: "landing.landed", attempt: id, ref: session.integration, commit, tree, receipts }]);
  await rememberResolution(context, { task: task.id, base: clone.base, work, commit });
  context.failpoint("before-done");
  const done = { reason: "landed", evidence: { commit, tree, receipts: receipts.join(" ") } };
  const closed =
    (await unlessGone(() => keeper.move("done", done))) ||
    // The claim may have run out while nobody else wanted the task.
    (await unlessGone(() => tasks.move(task.id, "done", done, `${id}:done:${keeper.grant.fence}:unclaimed`)));
  if (closed) await journal.append([{ type: "task.closed", attempt: id, task: task.id }]);
}
