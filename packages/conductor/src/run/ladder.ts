/** The rungs between a clean merge and an agent: who settles a conflict, and that nobody gets past people by it. */
import { isWerkError } from "@taskwerk/contract/errors";
import { recallResolution } from "../git/resolutions.ts";
import type { Conflict, Resolution, Rung } from "../model/conflict.ts";
import { matchesAny } from "../model/glob.ts";
import { LOCKFILES } from "../model/lockfiles.ts";
import type { Change } from "../policy/action.ts";
import { attemptMark } from "./attempt-mark.ts";
import type { RunContext } from "./context.ts";
import { whatNobodySaw } from "./what-nobody-saw.ts";

export interface Ladder {
  /** The merge of the work onto `tip`, its conflicts settled; null when that takes an agent. Each rung is written down. */
  readonly settle: (tip: string) => Promise<string | null>;
  /** How the last conflict was settled, for the commit that lands; empty when there was none. */
  readonly resolved: () => readonly string[];
}

export interface LadderWish {
  readonly attempt: string;
  /** Where the work began, the commit that is to land, and what policy was asked about it. */
  readonly base: string;
  readonly work: string;
  readonly change: Change;
  readonly signal: AbortSignal;
}

export function makeLadder(context: RunContext, wish: LadderWish): Ladder {
  let resolved: readonly string[] = [];
  return {
    async settle(tip) {
      resolved = [];
      const conflict = await context.repository.conflictOf(tip, { base: wish.base, commit: wish.work });
      if (conflict === null) return null;
      for (const rung of RUNGS) {
        const settled = await tryRung(context, wish, { rung, tip, conflict });
        if (settled === null) continue;
        const { tree, how } = settled;
        context.failpoint("after-rung");
        resolved = [`${conflict.paths.map(({ path }) => path).join(", ")}: ${how}`];
        return tree;
      }
      return null;
    },
    resolved: () => resolved,
  };
}

const RUNGS = ["lockfiles", "recorded"] as const;

interface Settled {
  readonly tree: string;
  readonly how: string;
}

async function tryRung(
  context: RunContext,
  wish: LadderWish,
  { rung, tip, conflict }: { readonly rung: (typeof RUNGS)[number]; readonly tip: string; readonly conflict: Conflict },
): Promise<Settled | null> {
  const { journal, repository } = context;
  const known = await settledBefore(context, { rung, tip, work: wish.work });
  const note = async (outcome: "settled" | "passed", detail: string, tree: string | null = null): Promise<void> => {
    const paths = conflict.paths.map(({ path }) => path);
    const { attempt, work, base } = wish;
    await journal.append([{ type: "conflict.met", attempt, rung, outcome, tip, work, base, paths, tree, detail }]);
  };
  // Not every rung is for every conflict; that one was never tried is no news.
  if (known === null && !isFor(rung, conflict)) return null;
  const resolution = known ?? (await ask(context, wish, rung, conflict).catch(failed));
  if (resolution.kind === "passed") {
    if (!wish.signal.aborted) await note("passed", resolution.reason);
    return null;
  }
  const tree = "tree" in resolution ? resolution.tree : await repository.withFiles(conflict.tree, resolution.files);
  const refusal = await whyNotBy(context, wish, { rung, tip, conflict, tree });
  if (refusal !== null) {
    await note("passed", refusal);
    return null;
  }
  if (known === null) await note("settled", resolution.how, tree);
  return { tree, how: resolution.how };
}

/** A rung that git fails on is one that could not; anything else is no matter of this conflict. */
function failed(error: unknown): Resolution {
  if (isWerkError(error) && error.code === "GIT_FAILED") return { kind: "passed", reason: error.message };
  throw error;
}

const isFor = (rung: (typeof RUNGS)[number], { paths }: Conflict): boolean => {
  const lockfiles = paths.filter(({ path }) => matchesAny(LOCKFILES, path)).length;
  return rung === "lockfiles" ? lockfiles > 0 : lockfiles < paths.length;
};

async function ask(
  context: RunContext,
  wish: LadderWish,
  rung: (typeof RUNGS)[number],
  conflict: Conflict,
): Promise<Resolution> {
  switch (rung) {
    case "lockfiles": {
      const marker = attemptMark(context, wish.attempt);
      return context.makeLockfiles({ conflict, signal: wish.signal, marker });
    }
    case "recorded":
      return recallResolution(context.repository, conflict, context.now());
    default:
      return rung satisfies never;
  }
}

/** What the same rung made of the same two commits before the end came: the tree that would have landed, if git still has it. */
async function settledBefore(
  { journal, repository }: RunContext,
  about: { readonly rung: Rung; readonly tip: string; readonly work: string },
): Promise<{ readonly kind: "known"; readonly tree: string; readonly how: string } | null> {
  const { conflicts } = await journal.state();
  const known = conflicts.findLast(
    ({ rung, outcome, tip, work }) =>
      outcome === "settled" && rung === about.rung && tip === about.tip && work === about.work,
  );
  const tree = known?.tree ?? null;
  if (known === undefined || tree === null) return null;
  const there = await repository.listFiles(tree).catch(() => null);
  return there === null ? null : { kind: "known", tree, how: known.detail };
}

/** A sentence when the merge would get something past people. */
async function whyNotBy(
  context: RunContext,
  { change }: LadderWish,
  about: { readonly rung: Rung; readonly tip: string; readonly conflict: Conflict; readonly tree: string },
): Promise<string | null> {
  const { rung, tip, conflict, tree } = about;
  if (tree === (await context.repository.treeOf(tip))) return "nothing of the work would be left";
  const { problem, paths } = await whatNobodySaw(context, { tip, tree, change });
  if (problem !== null) return problem;
  // People saw other contents of these: a lockfile has the pins that they saw, another file has words that they did not.
  const unseen = conflict.paths.find(({ path }) => paths.some((one) => one === path || one.startsWith(`${path} (`)));
  return rung === "recorded" && unseen !== undefined ? `${unseen.path} is for people to decide` : null;
}
