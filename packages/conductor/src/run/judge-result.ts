/** Judges a tree that is made of landed work, and that no agent has made: what is left without some of it, or a part of it. */
import { isDeepStrictEqual } from "node:util";
import { WerkError } from "@taskwerk/contract/errors";
import type { UserRepository } from "../git/repository.ts";
import type { Journal } from "../journal/journal.ts";
import type { CommitsWish } from "../landing/make-commits.ts";
import type { SessionState } from "../model/state.ts";
import type { MayRun } from "./command-rules.ts";
import type { RunContext } from "./context.ts";
import { changedSet, type GateSets, knowingRed } from "./gate-set.ts";
import { addedBetween } from "./gather-change.ts";
import { type Court, judgeTree } from "./judge-tree.ts";
import { baselineOf } from "./judges.ts";
import { whatIsMissing } from "./unproven.ts";

export interface ResultContext extends Court {
  readonly repository: UserRepository;
  readonly journal: Journal;
  readonly gateSets: GateSets;
  readonly mayRun: MayRun;
  readonly failpoint: RunContext["failpoint"];
  readonly signal: AbortSignal;
}

export interface ResultWish {
  readonly tree: string;
  /** The commit it would follow on. */
  readonly tip: string;
  /** Whose receipts they are. */
  readonly session: SessionState;
  /** Marks the processes, e.g. undo. */
  readonly marker: string;
  /** What to type when it was stopped. */
  readonly again: string;
}

/**
 * The gates of the tip judge; where how work is judged is otherwise in the tree, which was shown, those of the tree. Receipts are
 * written down as they are made, and hold when it is tried again. Throws INTERRUPTED.
 */
export async function judgeResult(
  context: ResultContext,
  { tree, tip, session, marker, again }: ResultWish,
): ReturnType<CommitsWish["judge"]> {
  const { repository, journal, gateSets, signal } = context;
  const set = knowingRed(await setFor(gateSets, tip, tree), await baselineOf({ repository, journal, session }, tip));
  const changed = await repository.changedPaths(tip, tree);
  const judged = await judgeTree(context, {
    tree,
    set,
    phase: "merged",
    changed: changed.map(({ path }) => path),
    changedLines: await addedBetween(repository, tip, tree),
    marker: `${marker}-${context.newId()}`,
    signal,
    mayRun: context.mayRun,
    known: [...(await journal.state()).receipts.values()].filter((receipt) => receipt.tree === tree),
    onReceipt: async (receipt) => {
      await journal.append([{ type: "gate.judged", attempt: null, session: session.id, receipt }]);
      context.failpoint("after-gate");
    },
  });
  // Gates that were ended say nothing of the tree.
  if (signal.aborted)
    throw new WerkError("INTERRUPTED", "it was stopped while the gates ran; nothing was changed", {
      hint: `Again:  ${again}`,
    });
  return { ...judged, unproven: whatIsMissing(set.gates, session.options.requireTests) };
}

/** The gates that judge the result. */
async function setFor(gateSets: GateSets, tip: string, result: string): ReturnType<GateSets> {
  const [now, then] = await Promise.all([gateSets(tip), gateSets(result)]);
  return isDeepStrictEqual(now.gateFiles, then.gateFiles) ? now : changedSet(now, then);
}

/** Files that decide how work is judged, and that are otherwise in the result. */
export const gateFilesBetween = async (gateSets: GateSets, tip: string, result: string): Promise<readonly string[]> =>
  (await setFor(gateSets, tip, result)).changed.map(({ path }) => path);
