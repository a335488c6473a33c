/** Takes landed work back: through the gates, onto the integration branch, and open again in taskwerk. */
import { WerkError } from "@taskwerk/contract/errors";
import { publish } from "../git/publish.ts";
import type { Journal } from "../journal/journal.ts";
import { landReverts } from "../landing/land-reverts.ts";
import { type CommitsWish, makeCommits } from "../landing/make-commits.ts";
import { revertMessage } from "../landing/revert-message.ts";
import { branchOf } from "../model/branch-of.ts";
import type { Receipt } from "../model/gate.ts";
import { nextRollbackId, type RollbackState, type SessionState } from "../model/state.ts";
import type { RunContext } from "./context.ts";
import { abandonment, reopenTasks } from "./finish-rollbacks.ts";
import { giveBranch } from "./give-branch.ts";
import { judgeResult, type ResultContext } from "./judge-result.ts";
import { nothingLeft, type UndoPlan } from "./plan-undo.ts";
import { redInWords, redOnes } from "./setback.ts";

export interface UndoContext extends ResultContext {
  readonly tasks: RunContext["tasks"];
  /** Who says so. */
  readonly by: string;
  /** The command that says it again, for hints. */
  readonly again: string;
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
    repository: context.repository,
    ref: plan.ref,
    intend: async ({ commits, ...intended }) => {
      await journal.append([
        { type: "rollback.intended", rollback, by, ...intended, reverts: revertsOf(plan, commits) },
      ]);
    },
  });
  if (outcome.kind === "stale" && (await rollbackIn(journal, rollback)) !== undefined)
    await journal.append([abandonment(rollback, plan.ref)]);
  if (outcome.kind !== "landed") return refuse(context, plan, outcome);
  failpoint("after-update-ref");
  await journal.append([{ type: "rollback.landed", rollback }]);
  await reopenTasks(context, (await rollbackIn(journal, rollback))!);
  return { rollback: (await rollbackIn(journal, rollback))!, receipts: outcome.receipts };
}

/**
 * The same commits, through the same gates, as a branch of the user's: nothing else is moved, and no task is opened before
 * `target`, their own branch, has taken it. Throws GIT_FAILED where there is another branch of that name.
 */
export async function undoAside(
  context: UndoContext,
  plan: UndoPlan,
  { branch, target }: { readonly branch: string; readonly target: string },
): Promise<Undone> {
  const { journal, repository, by, failpoint } = context;
  const rollback = nextRollbackId(await journal.state());
  const made = await makeCommits(await wishOf(context, plan, rollback));
  if (made.kind !== "made") return refuse(context, plan, made);
  const { commits, tree } = made;
  const commit = commits.at(-1)!;
  const receipts = made.receipts.map(({ id }) => id);
  const reverts = revertsOf(plan, commits);
  await journal.append([
    { type: "rollback.given", rollback, by, branch, ref: target, from: plan.tip, commit, tree, receipts, reverts },
  ]);
  try {
    await giveBranch(repository, branch, commit);
  } catch (error) {
    // Nobody can take what no branch holds.
    await journal.append([{ type: "rollback.abandoned", rollback, reason: `there was no making ${branch}` }]);
    throw error;
  }
  failpoint("after-update-ref");
  return { rollback: (await rollbackIn(journal, rollback))!, receipts: made.receipts };
}

const rollbackIn = async (journal: Journal, id: string): Promise<RollbackState | undefined> =>
  (await journal.state()).rollbacks.find((one) => one.id === id);

const revertsOf = ({ reverts }: UndoPlan, commits: readonly string[]): RollbackState["reverts"] =>
  reverts.map(({ landing: { task, attempt, session, commit } }, at) => {
    return { task, attempt, session, landing: commit, commit: commits[at]! };
  });

async function wishOf(context: UndoContext, plan: UndoPlan, rollback: string): Promise<CommitsWish> {
  const { repository } = context;
  const steps = [];
  for (const { landing, tree, title } of plan.reverts)
    steps.push({
      tree,
      message: (receipts: readonly Receipt[]) =>
        revertMessage({ ...landing, landing: landing.commit, subject: title, rollback, receipts }),
    });
  return { repository, tip: plan.tip, steps, judge: (tree, tip) => judge(context, plan, { tree, tip }) };
}

/** Receipts are written down as they are made, and hold when it is tried again. */
async function judge(
  context: UndoContext,
  plan: UndoPlan,
  { tree, tip }: { readonly tree: string; readonly tip: string },
): ReturnType<CommitsWish["judge"]> {
  const session = await sessionOf(context.journal, plan);
  return judgeResult(context, { tree, tip, session, marker: "undo", again: context.again });
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
        `what is left without ${tasks.join(", ")} does not pass its gates: ${redInWords(red)}. Nothing was moved.`,
        {
          hint: [
            `The log:        ${red[0]?.logPath ?? ""}`,
            `What is left:   conductor salvage show ${id}`,
            `As a branch:    conductor salvage restore ${id}`,
            `Mended, taken:  taskwerk reopen ${tasks.join(" ")}`,
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
      throw nothingLeft(tasks);
    case "stale":
      throw new WerkError(
        "UNDO_CONFLICT",
        `${branchOf(plan.ref)} was moved by somebody else just now; nothing was done`,
        {
          hint: `Again:  ${context.again}`,
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
