/** One conversation with an agent about the task, and its work brought out. */
import { putBack } from "../git/put-back.ts";
import { snapshot } from "../git/snapshot.ts";
import type { AgentAdapter, Usage } from "../model/agent.ts";
import { isAtOnce } from "../model/at-once.ts";
import type { Workspace } from "../model/repository.ts";
import { plus } from "../model/usage.ts";
import { sweep } from "../sandbox/sweep.ts";
import { attemptBrief } from "./attempt-brief.ts";
import { type AttemptEnd, CLAIM_LOST } from "./attempt-end.ts";
import { attemptMark } from "./attempt-mark.ts";
import { circleOfWaits, endWith, payPlanning } from "./circles.ts";
import { type Conversation, converse } from "./converse.ts";
import { heedLimits } from "./heed-limits.ts";
import { holdOf } from "./hold-of.ts";
import { planOf } from "./plan-metadata.ts";
import type { Level, SetAside } from "./purse.ts";
import { type Setback, setbackFor } from "./setback.ts";
import { endOfAbort, enterStage, type Step, type Story } from "./story.ts";
import { waitForShare } from "./wait-for-share.ts";
import type { Work } from "./work.ts";

export interface Round {
  /** Counts from 1 within the attempt. */
  readonly round: number;
  /** Why the last one was not enough; there is one before the first when an earlier attempt's work came back. */
  readonly setback: Setback | null;
  /** Who works in it: the run's agent, or the other one that took over. */
  readonly agent: AgentAdapter;
  /** Another round may follow. */
  readonly mayGoOn: boolean;
}

type Ended = Extract<Talked, { kind: "ended" }>;
type Looped = Extract<Talked, { kind: "loop" }>;

export async function workRound(story: Story, { round, setback, agent, mayGoOn }: Round): Promise<Step<Work>> {
  const { context, id, task, keeper, clone } = story;
  const { journal, purse } = context;
  const back = round > 1 || setback !== null;
  await enterStage(story, back ? "rework" : "preparing", setback?.summary ?? null);
  // Others may have got the agent's place while gates judged.
  if (!(await context.slots.enterAgent(story.signal))) return { end: endOfAbort(story) };
  if (back) await keeper.move("in-progress", { reason: "sent back to the agent" });
  const workspace = await clone.prepare();
  const { base } = clone;
  // Before anything says that an agent was at it: one that is refused has cost nothing.
  const about = { task: task.id, plan: planOf(task)?.id ?? null };
  const reserved = await waitForShare(story, "preparing", () => purse.reserve(id, about));
  if (reserved === null) return { end: endOfAbort(story) };
  if (reserved.kind === "refused") return { end: endOfBudget(reserved) };
  // What people said while it waited for its share stands in it.
  const brief = await attemptBrief(context, { task, round, branch: workspace.branch, setback, base }).catch((error) => {
    purse.settle(id, null);
    throw error;
  });
  await journal.append([
    {
      type: "attempt.prepared",
      attempt: id,
      workspace: workspace.dir,
      branch: workspace.branch,
      base,
      briefSha256: brief.sha256,
    },
    { type: "interaction", attempt: id, kind: "assignment", content: brief.text },
    { type: "attempt.stage", attempt: id, stage: "running", reason: null },
  ]);
  clone.handOver();
  // A provider's limit is that of the account which pays for this agent.
  const account = agent === context.otherAgent ? context.otherAccount : context.account;
  const talk = await talkThrough(
    { ...story, context: { ...context, account } },
    {
      agent,
      round,
      workspace,
      brief: brief.text,
      share: reserved,
      gates: setback?.signature ?? "",
      mayGoOn,
    },
  );
  // Whatever else has happened meanwhile: it was asked, and is paid for.
  if (talk.kind === "loop") await payPlanning(story, talk.climbed);
  if (talk.kind === "parked") return { end: { kind: "waiting", decision: talk.decision } };
  if (talk.kind === "blocked" && talk.blocker === "needs-task") {
    const end = await circleOfWaits(story, talk.reason);
    if (end !== null) return { end };
  }
  if (talk.kind === "blocked") return { end: { kind: "blocked", blocker: talk.blocker, reason: talk.reason } };
  if (!keeper.held) return { end: CLAIM_LOST };
  if (story.signal.aborted) return { end: endOfAbort(story) };
  if (talk.kind === "loop") return leaveLoop(story, workspace, talk);
  const end = endOfTalk(talk);
  return end === null ? takeOut(story, workspace, talk) : { end };
}

type Subject = Parameters<typeof talkOver>[1];

/**
 * One that the provider has cut off goes on in the same clone when requests are taken again, and one that has used up its
 * share of a budget when there is another share: no try of the task is charged.
 */
async function talkThrough(story: Story, about: Subject): Promise<Talked> {
  const { context, id, signal } = story;
  let { share } = about;
  let talk = await talkOver(story, about);
  for (;;) {
    if (talk.kind !== "ended" || signal.aborted) return talk;
    const { reason, error, resetAt, usage } = talk;
    if (reason !== "rate_limited" && reason !== "budget") return talk;
    if (reason === "rate_limited") {
      await context.account.refused(error ?? "the provider's limit", resetAt);
      if (!(await holdOf(context, id).free(signal))) return talk;
    }
    const had = share;
    const reserved = await waitForShare(story, "running", () =>
      reason === "budget" ? context.purse.another(id, had, usage) : context.purse.reserve(id),
    );
    if (reserved === null) return talk;
    if (reserved.kind === "refused") return { ...talk, ...overBudget(reserved) };
    share = reserved;
    talk = await talkOver(story, { ...about, brief: `${about.brief}\n\n${CUT_OFF[reason]}`, share });
  }
}

const LOOK_FIRST = "What it left is in the clone: look at git log and git status first, and go on from there.";
const CUT_OFF = {
  rate_limited: `The provider's limit cut off an earlier conversation about this task. ${LOOK_FIRST}`,
  budget: `An earlier conversation about this task has used up its share of the budget. ${LOOK_FIRST}`,
} as const;

/** The conversation itself; what it costs is written down as it goes on, and settled. */
async function talkOver(
  { context, id, task, keeper, signal }: Story,
  about: {
    readonly agent: AgentAdapter;
    readonly round: number;
    readonly workspace: Workspace;
    readonly brief: string;
    readonly share: SetAside;
    readonly gates: string;
    readonly mayGoOn: boolean;
  },
): Promise<Talked> {
  const { journal, purse } = context;
  const { agent, share, ...subject } = about;
  const over = new AbortController();
  let level: Level = { kind: "fine", reason: "", scope: share.scope };
  // Several conversations of one attempt add up.
  const before = (await journal.state()).attempts.get(id)?.usage ?? null;
  let used: Usage | null = null;
  const talk = await converse(
    { ...context, agent },
    {
      ...subject,
      usdLimit: share.usd,
      tokenLimit: share.tokens,
      attempt: id,
      task: { id: task.id, title: task.title },
      keeper,
      signal: AbortSignal.any([signal, over.signal]),
      onUsage: async (usage) => {
        used = usage;
        await journal.append([{ type: "attempt.usage", attempt: id, usage: plus(before, usage) }]);
        await heedLimits(context);
        level = purse.spend(id, usage);
        if (level.kind === "used-up") over.abort();
      },
      // What was asked for in this turn is done; another turn is not begun.
      onTurn: () => {
        if (level.kind === "last-turn") over.abort();
      },
    },
  ).finally(async () => {
    purse.settle(id, used);
    await sweep(attemptMark(context, id), isAtOnce(signal) ? 0 : undefined);
  });
  if (over.signal.aborted && !signal.aborted && talk.kind === "ended") return { ...talk, ...overBudget(level) };
  return talk.kind === "ended" && talk.reason === "budget" ? { ...talk, scope: share.scope } : talk;
}

/** `scope`: the budget that ended it. */
type Talked = Conversation & { readonly scope?: string };

const overBudget = ({ reason, scope }: { readonly reason: string; readonly scope: string }) =>
  ({ reason: "budget", error: reason, scope }) as const;

/** A task that has used up what it may cost is a matter of its own; every other budget is the whole run's. */
const endOfBudget = ({ reason, scope }: { readonly reason: string; readonly scope: string }): AttemptEnd =>
  scope.startsWith("task ")
    ? {
        kind: "blocked",
        blocker: "budget",
        reason: `${reason}. What one may cost: conductor config set budget.task_usd`,
      }
    : { kind: "budget", reason };

/** Conversations that ended for what is no matter of the task. */
function endOfTalk({ reason, error, resetAt, scope = "session" }: Ended): AttemptEnd | null {
  switch (reason) {
    case "auth":
      return { kind: "provider", reason: error ?? "the credential was refused", resetAt: null, fatal: true };
    case "rate_limited":
      return { kind: "provider", reason: error ?? "the provider's limit", resetAt, fatal: false };
    case "budget":
      return endOfBudget({ reason: error ?? "the next call would exceed the budget", scope });
    default:
      return null;
  }
}

/** People are asked, or it begins anew from where it was best, with what was seen. */
async function leaveLoop(
  story: Story,
  workspace: Workspace,
  { notice, climbed, checkpoint }: Looped,
): Promise<Step<Work>> {
  const { context, id, clone } = story;
  if ("card" in climbed) return { end: await endWith(story, climbed.card) };
  const outcome = await clone.takeOut(workspace);
  if (outcome.kind === "work" || outcome.kind === "wrong-branch") {
    const { commit, tree, ref } = outcome;
    await context.journal.append([{ type: "attempt.bundled", attempt: id, commit, tree, ref, unfinished: true }]);
    context.failpoint("after-bundle");
    // Only where all that is there now is kept may it be replaced.
    const now = await snapshot({ repository: context.repository, workspace });
    if (checkpoint !== null && now !== null && now.tree === tree && checkpoint !== tree)
      // Where that cannot be done it begins anew from what is there.
      await putBack(context.repository, workspace, { from: tree, to: checkpoint }).catch(context.onDefect);
  }
  const back: Setback = {
    ...setbackFor(`it went in circles (${notice.rule}): ${notice.evidence}`),
    hints: ["The one before you went in circles. Look first at what is there already, and go another way."],
  };
  return climbed.rung === "other-agent" ? { back, replace: true } : { back };
}

/** Whatever the agent says: this is what it left. */
async function takeOut({ context, id, clone }: Story, workspace: Workspace, talk: Ended): Promise<Step<Work>> {
  const { reason, error } = talk;
  const outcome = await clone.takeOut(workspace);
  const how = reason === "done" ? "" : ` (the agent ended with ${reason}${error === null ? "" : `: ${error}`})`;
  switch (outcome.kind) {
    case "work":
    case "wrong-branch": {
      const { commit, tree, ref } = outcome;
      await context.journal.append([{ type: "attempt.bundled", attempt: id, commit, tree, ref }]);
      context.failpoint("after-bundle");
      return { go: { commit, tree, ref } };
    }
    case "no-commit":
      if (outcome.leftovers || reason !== "done") return { back: setbackFor(`nothing was committed${how}`) };
      return { end: { kind: "no-change", reason: `the agent changed nothing${how}` } };
    case "rewritten":
      return {
        back: setbackFor(`the history before its branch was rewritten; the work is kept in ${outcome.ref}`),
      };
    case "refused":
      return { back: setbackFor(`its work could not be taken: ${outcome.reason}`) };
    default: {
      const unknown: never = outcome;
      throw new Error(`unknown outcome ${JSON.stringify(unknown)}`);
    }
  }
}
