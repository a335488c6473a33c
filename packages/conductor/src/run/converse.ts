/** One conversation with an agent about one task: listens, watches for loops, carries questions to people and answers back. */
import { snapshot } from "../git/snapshot.ts";
import type { AgentEvent, EndReason, Usage } from "../model/agent.ts";
import type { Decision } from "../model/decision.ts";
import { redactIn } from "../model/redact.ts";
import type { Workspace } from "../model/repository.ts";
import { createWatch, type LoopNotice } from "../policy/watch.ts";
import { askPeople, assumeDefault, waitForAnswer } from "./ask-people.ts";
import { attemptMark } from "./attempt-mark.ts";
import type { ClaimKeeper } from "./claim-keeper.ts";
import type { AttemptContext } from "./context.ts";
import { holdOf } from "./hold-of.ts";
import { transcriptPlace } from "./transcript-place.ts";

export interface ConverseWish {
  readonly attempt: string;
  readonly task: { readonly id: string; readonly title: string };
  readonly round: number;
  readonly workspace: Workspace;
  readonly brief: string;
  readonly keeper: ClaimKeeper;
  readonly usdLimit: number | null;
  readonly tokenLimit: number | null;
  readonly signal: AbortSignal;
  /** Told at once of what the conversation has used so far, so that no kill makes it forgotten. */
  readonly onUsage: (usage: Usage) => Promise<void>;
  /** Told when a turn of the agent is over. */
  readonly onTurn: () => void;
}

export type Conversation =
  /** The agent stopped talking, for whatever reason. What it left is in the workspace. */
  | {
      readonly kind: "ended";
      readonly reason: EndReason;
      readonly error: string | null;
      readonly resetAt: string | null;
      readonly usage: Usage | null;
    }
  /** It goes in circles, or says itself that it cannot go on. */
  | { readonly kind: "blocked"; readonly reason: string; readonly usage: Usage | null }
  /** A question stays open, and waiting for the answer has ended. */
  | { readonly kind: "parked"; readonly decision: string; readonly usage: Usage | null };

const LOOK_AGAIN = 200;

/** Runs it to its end. Holds a place among the working agents except while it waits for people. */
export async function converse(context: AttemptContext, wish: ConverseWish): Promise<Conversation> {
  const { journal, settings, agent, slots } = context;
  const { attempt, task, workspace } = wish;
  const cancel = new AbortController();
  const session = await agent.open({
    workspace,
    confinement: context.confinement,
    brief: wish.brief,
    task: { id: task.id, title: task.title, attempt: wish.round },
    limits: {
      turns: settings.maxTurns,
      wallMs: settings.maxTaskMs,
      idleMs: settings.idleMs,
      outputBytes: settings.outputBytes,
      usd: wish.usdLimit,
      tokens: wish.tokenLimit,
    },
    hold: holdOf(context, attempt),
    transcriptPath: transcriptPlace(context, attempt, wish.round),
    secrets: context.secrets,
    marker: attemptMark(context, attempt),
    signal: AbortSignal.any([wish.signal, cancel.signal]),
  });
  await journal.append([{ type: "attempt.spawned", attempt, process: session.process }]);
  context.failpoint("after-spawn");

  const watch = createWatch();
  let usage: Usage | null = null;
  let verdict: Conversation | null = null;
  const giveUp = async (outcome: Conversation): Promise<void> => {
    verdict ??= outcome;
    await session.cancel();
  };

  try {
    for await (const said of session.events) {
      const event = redactIn(said, context.secrets);
      if (event.type === "usage") {
        usage = event.usage;
        await wish.onUsage(usage);
      }
      if (event.type === "turn") wish.onTurn();
      const loop = watch.observe(event);
      if (loop) await onLoop(loop);
      if (event.type === "turn" || event.type === "tool") {
        const now = await snapshot({ repository: context.repository, workspace });
        if (now !== null) watch.treeChanged(now.tree);
      }
      const outcome = await hear(event);
      if (outcome) await giveUp(outcome);
      if (event.type === "end" && verdict === null)
        verdict = { kind: "ended", reason: event.reason, error: event.error, resetAt: event.resetAt, usage };
    }
  } finally {
    // Nobody listens any more: it must not go on, nor cost anything.
    cancel.abort();
  }
  const ended =
    verdict ??
    ({ kind: "ended", reason: "crashed", error: "it ended without saying so", resetAt: null, usage } as const);
  const [reason, error] = ended.kind === "ended" ? [ended.reason, ended.error] : (["cancelled", null] as const);
  await journal.append([{ type: "attempt.agent-ended", attempt, reason, error }]);
  return { ...ended, usage };

  async function onLoop({ rule, rung, evidence }: LoopNotice): Promise<void> {
    const nudged = rung === "nudge" && (await session.nudge(nudgeText(rule, evidence)));
    const taken = nudged ? "nudge" : "blocked";
    await journal.append([{ type: "loop.noticed", attempt, rule, rung: taken, evidence }]);
    if (!nudged) await giveUp({ kind: "blocked", reason: `goes in circles: ${evidence}`, usage });
  }

  /** What one event means for the task; an outcome ends the conversation. */
  async function hear(event: AgentEvent): Promise<Conversation | null> {
    switch (event.type) {
      case "note":
        await journal.append([{ type: "interaction", attempt, kind: "note", content: event.text }]);
        await context.tasks.note(task.id, event.text, "progress", `${attempt}:note:${context.newId()}`);
        return null;
      case "claim_done":
        await journal.append([{ type: "interaction", attempt, kind: "completion", content: event.evidence }]);
        return null;
      case "blocker":
        return { kind: "blocked", reason: event.reason, usage };
      case "ask":
        return onQuestion(event);
      case "text":
      case "tool":
      case "turn":
      case "usage":
      case "retry":
      case "end":
        return null;
      default: {
        const unknown: never = event;
        throw new Error(`unknown agent event ${JSON.stringify(unknown)}`);
      }
    }
  }

  async function onQuestion(event: Extract<AgentEvent, { type: "ask" }>): Promise<Conversation | null> {
    const { question } = event;
    const known = await answeredBefore(question.text);
    if (known !== null) {
      await session.reply(event.id, known);
      return null;
    }
    await journal.append([{ type: "interaction", attempt, kind: "question", content: question.text }]);
    const asked = {
      kind: "question",
      task: task.id,
      attempt,
      text: question.text,
      options: question.options,
      recommended: question.default ?? (await saidElsewhere(question.text)),
      reversible: question.reversible,
      evidence: [],
      tree: null,
      base: null,
    } as const;
    if (context.settings.assumeReversible && question.reversible && question.default !== null) {
      const { id } = await assumeDefault(context, asked);
      await journal.append([
        { type: "interaction", attempt, kind: "response", content: `[ASSUMED] ${id}: ${question.default}` },
      ]);
      await session.reply(event.id, question.default);
      return null;
    }
    const card = await askPeople(context, asked);
    await journal.append([{ type: "attempt.stage", attempt, stage: "waiting-answer", reason: card.id }]);
    await wish.keeper.suspend(`waits for the answer to ${card.id}: ${question.text}`);
    slots.give();
    context.purse.pause(attempt, usage?.usd ?? 0);
    const answer = await waitForAnswer(context, card.id, wish.signal);
    if (answer.kind === "parked" || answer.decision.answer === null)
      return { kind: "parked", decision: card.id, usage };
    await slots.take(new AbortController().signal);
    if (!(await wish.keeper.regain()))
      return { kind: "ended", reason: "cancelled", error: "its claim was lost", resetAt: null, usage };
    if (!(await shareAgain()))
      return { kind: "ended", reason: "budget", error: "the others have used up the budget", resetAt: null, usage };
    await journal.append([
      { type: "interaction", attempt, kind: "response", content: answer.decision.answer },
      { type: "attempt.stage", attempt, stage: "running", reason: null },
    ]);
    watch.humanSpoke();
    await session.reply(event.id, answer.decision.answer);
    return null;
  }

  /** Waits for its share of the money as long as others may give some back. */
  async function shareAgain(): Promise<boolean> {
    for (;;) {
      const there = context.purse.again(attempt, wish.usdLimit);
      if (there !== "later") return there === "yes";
      if (wish.signal.aborted) return true;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
    }
  }

  async function askedAs(text: string): Promise<readonly Decision[]> {
    const { decisions } = await journal.state();
    return [...decisions.values()].filter((one) => one.kind === "question" && one.text === text);
  }

  /** What a person said to the same question about another task of this run: for a person to confirm, not for the agent. */
  async function saidElsewhere(text: string): Promise<string | null> {
    const said = (await askedAs(text)).findLast(
      (one) => one.state === "answered" && one.session === context.session.id && one.task !== task.id,
    );
    return said?.answer ?? null;
  }

  /** The same question about this task was answered, or its default taken, in an earlier attempt. */
  async function answeredBefore(text: string): Promise<string | null> {
    const same = (await askedAs(text)).filter((one) => one.task === task.id);
    const answered = same.findLast((one) => one.state === "answered");
    // What was taken for granted where that was allowed is not granted where it is not.
    const assumed = same.findLast(
      (one) =>
        one.state === "expired" &&
        one.onExpiry === "safe-default" &&
        (context.settings.assumeReversible || one.session === context.session.id),
    );
    return answered?.answer ?? assumed?.recommended ?? null;
  }
}

const nudgeText = (rule: string, evidence: string): string =>
  `You seem to go in circles (${rule}): ${evidence}. Nothing has changed since. Look at the result again, say what it tells you, and try something else; or report a blocker.`;
