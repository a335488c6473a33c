/** Takes landed work back: through the gates, onto the integration branch, and open again in taskwerk. */
import { isDeepStrictEqual } from "node:util";
import { WerkError } from "@taskwerk/contract/errors";
import { publish } from "../git/publish.ts";
import type { UserRepository } from "../git/repository.ts";
import type { Journal } from "../journal/journal.ts";
import { landReverts, makeReverts, type RevertsWish } from "../landing/land-reverts.ts";
import { revertMessage } from "../landing/revert-message.ts";
import { branchOf } from "../model/branch-of.ts";
import type { Receipt } from "../model/gate.ts";
import { nextRollbackId, type RollbackState, type SessionState } from "../model/state.ts";
import type { PolicySettings } from "../policy/decide.ts";
import type { RunContext } from "./context.ts";
import { reopenTasks } from "./finish-rollbacks.ts";
import { changedSet, type GateSets, knowingRed } from "./gate-set.ts";
import { addedBetween } from "./gather-change.ts";
import { type Given, giveBranch } from "./give-branch.ts";
import { type Court, judgeTree } from "./judge-tree.ts";
import { baselineOf } from "./judges.ts";
import type { UndoPlan } from "./plan-undo.ts";
import { redOnes } from "./setback.ts";
import { whatIsMissing } from "./unproven.ts";

export interface UndoContext extends Court {
  readonly policy: PolicySettings;
  readonly repository: UserRepository;
  readonly journal: Journal;
  readonly tasks: RunContext["tasks"];
  readonly gateSets: GateSets;
  readonly failpoint: RunContext["failpoint"];
  /** Who says so. */
  readonly by: string;
  readonly signal: AbortSignal;
}

export interface Undone {
  readonly rollback: RollbackState;
  readonly receipts: readonly Receipt[];
}

/**
 * Does what was planned: all of it or nothing. Nobody else may drive. Throws POLICY_UNMET when gates are red of what would be
 * left, which is kept in salvage; UNDO_CONFLICT when the branch has moved since it was planned.
 */
export async function undo(context: UndoContext, plan: UndoPlan): Promise<Undone> {
  const { journal, by, failpoint } = context;
  const rollback = nextRollbackId(await journal.state());
  const outcome = await landReverts({
    ...(await wishOf(context, plan, rollback)),
    ref: plan.ref,
    intend: async ({ commits, ...intended }) => {
      const reverts = plan.reverts.map(({ landing: { task, attempt, session, commit } }, at) => {
        return { task, attempt, session, landing: commit, commit: commits[at]! };
      });
      await journal.append([{ type: "rollback.intended", rollback, by, ...intended, reverts }]);
    },
  });
  if (outcome.kind !== "landed") return refuse(context, plan, outcome);
  failpoint("after-update-ref");
  await journal.append([{ type: "rollback.landed", rollback }]);
  await reopenTasks(context, await rollbackIn(journal, rollback));
  return { rollback: await rollbackIn(journal, rollback), receipts: outcome.receipts };
}

/** The same commits, through the same gates, as a branch of the user's: nothing else is moved, and no task is opened. */
export async function undoAside(context: UndoContext, plan: UndoPlan, branch: string): Promise<Given> {
  const made = await makeReverts(await wishOf(context, plan, null));
  if (made.kind !== "made") return refuse(context, plan, made);
  return giveBranch(context.repository, branch, made.commits.at(-1)!);
}

async function rollbackIn(journal: Journal, id: string): Promise<RollbackState> {
  return (await journal.state()).rollbacks.find((one) => one.id === id)!;
}

async function wishOf(context: UndoContext, plan: UndoPlan, rollback: string | null): Promise<RevertsWish> {
  const { repository } = context;
  const reverts = [];
  for (const { landing, tree, title } of plan.reverts)
    reverts.push({
      tree,
      message: (receipts: readonly Receipt[]) =>
        revertMessage({ ...landing, landing: landing.commit, subject: title, rollback, receipts }),
    });
  return { repository, tip: plan.tip, reverts, judge: (tree, tip) => judge(context, plan, { tree, tip }) };
}

/**
 * The gates of the tip; where what is taken back had changed how work is judged, which was shown, those of what is left. Receipts
 * are written down as they are made, and hold when it is tried again.
 */
async function judge(
  context: UndoContext,
  plan: UndoPlan,
  { tree, tip }: { readonly tree: string; readonly tip: string },
): ReturnType<RevertsWish["judge"]> {
  const { repository, journal, gateSets, signal } = context;
  const session = await sessionOf(journal, plan);
  const set = knowingRed(await gatesLeft(gateSets, tip, tree), await baselineOf({ repository, journal, session }, tip));
  const changed = await repository.changedPaths(tip, tree);
  const judged = await judgeTree(context, {
    tree,
    set,
    phase: "merged",
    changed: changed.map(({ path }) => path),
    changedLines: await addedBetween(repository, tip, tree),
    marker: `undo-${context.newId()}`,
    signal,
    policy: context.policy,
    known: [...(await journal.state()).receipts.values()].filter((receipt) => receipt.tree === tree),
    onReceipt: async (receipt) => {
      await journal.append([{ type: "gate.judged", attempt: null, session: session.id, receipt }]);
      context.failpoint("after-gate");
    },
  });
  // Gates that were ended say nothing of what is left.
  if (signal.aborted)
    throw new WerkError("INTERRUPTED", "it was stopped while the gates ran; nothing was changed", {
      hint: `Again:  conductor undo ${plan.reverts.at(-1)?.landing.task}`,
    });
  return { ...judged, unproven: whatIsMissing(set.gates, session.options.requireTests) };
}

/** The gates that judge what is left. */
async function gatesLeft(gateSets: GateSets, tip: string, left: string): ReturnType<GateSets> {
  const [now, then] = await Promise.all([gateSets(tip), gateSets(left)]);
  return isDeepStrictEqual(now.gateFiles, then.gateFiles) ? now : changedSet(now, then);
}

/** Files that decide how work is judged, and that are otherwise afterwards. */
export async function gateFilesIn(
  gateSets: GateSets,
  { tip, left }: Pick<UndoPlan, "tip" | "left">,
): Promise<readonly string[]> {
  return (await gatesLeft(gateSets, tip, left)).changed.map(({ path }) => path);
}

async function sessionOf(journal: Journal, { reverts }: UndoPlan): Promise<SessionState> {
  const session = (await journal.state()).sessions.get(reverts[0]!.landing.session);
  if (session === undefined) throw new Error("a landing belongs to no session");
  return session;
}

type NotDone = Exclude<Awaited<ReturnType<typeof landReverts>>, { readonly kind: "landed" }>;

/** Throws why nothing was moved. */
async function refuse(context: UndoContext, plan: UndoPlan, outcome: NotDone): Promise<never> {
  const tasks = plan.reverts.map(({ landing }) => landing.task);
  switch (outcome.kind) {
    case "red": {
      const red = redOnes(outcome.receipts);
      const id = await keep(context, plan);
      throw new WerkError(
        "POLICY_UNMET",
        `what is left without ${tasks.join(", ")} does not pass its gates: ${red.map(({ gate, reason }) => (reason === null ? gate : `${gate} (${reason})`)).join(", ")}. Nothing was moved.`,
        {
          hint: [
            `The log:        ${red[0]?.logPath ?? ""}`,
            `What is left:   conductor salvage show ${id}`,
            `As a branch:    conductor salvage restore ${id}`,
          ].join("\n"),
          details: { receipts: red, salvage: id },
        },
      );
    }
    case "refused":
      throw new WerkError("POLICY_UNMET", `${outcome.reason}. Nothing was moved.`, {
        hint: `By hand, on a branch of yours:  git revert ${plan.reverts.map(({ landing }) => landing.commit.slice(0, 7)).join(" ")}`,
        details: { receipts: outcome.receipts },
      });
    case "no-change":
      throw new WerkError(
        "UNDO_CONFLICT",
        `nothing of ${tasks.join(", ")} is there any more: somebody has taken it back`,
        {
          hint: `To have it done again:  taskwerk reopen ${tasks.join(" ")}`,
        },
      );
    case "stale":
      throw new WerkError(
        "UNDO_CONFLICT",
        `${branchOf(plan.ref)} was moved by somebody else just now; nothing was done`,
        {
          hint: `Again:  conductor undo ${tasks.at(-1)}`,
        },
      );
    default: {
      const unknown: never = outcome;
      throw new Error(`unknown outcome ${JSON.stringify(unknown)}`);
    }
  }
}

/** Keeps what is left in salvage, under the task that was asked for. Answers what it is called there. */
async function keep({ repository, journal }: UndoContext, { reverts, left }: UndoPlan): Promise<string> {
  const { task, attempt } = reverts.at(-1)!.landing;
  const n = (await journal.state()).attempts.get(attempt)?.n ?? 1;
  const ref = await publish(repository, { commit: left, inStore: false, kind: "salvage", task, n });
  await journal.append([{ type: "salvage.saved", attempt, ref, commit: left }]);
  return ref.slice("refs/conductor/salvage/".length);
}
