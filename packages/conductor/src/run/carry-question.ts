/** One question of an agent: answered from what is known, taken for granted where that is allowed, or carried to people. */
import { joinDecision } from "../journal/decisions.ts";
import type { AgentEvent, Usage } from "../model/agent.ts";
import { outcomeOf } from "../model/decision-outcome.ts";
import { askPeople, assumeDefault, waitForAnswer } from "./ask-people.ts";
import type { ClaimKeeper } from "./claim-keeper.ts";
import type { AttemptContext } from "./context.ts";
import { heedLimits } from "./heed-limits.ts";
import { keptAnswer, keptInWords } from "./kept-answer.ts";
import { planOf } from "./plan-metadata.ts";

/** Whose question it is. */
export interface Asker {
  readonly attempt: string;
  readonly task: { readonly id: string };
  readonly keeper: ClaimKeeper;
  readonly usdLimit: number | null;
  readonly signal: AbortSignal;
}

/** The conversation that the question comes from. */
export interface Talk {
  /** What it has used so far. */
  readonly usage: () => Usage | null;
  readonly reply: (id: string, text: string) => Promise<void>;
  /** A person has spoken: what looked like a loop is none. */
  readonly humanSpoke: () => void;
}

/** Why the conversation does not go on. */
export type Unanswered =
  /** The question stays open, and waiting for the answer has ended. */
  | { readonly kind: "parked"; readonly decision: string; readonly usage: Usage | null }
  | {
      readonly kind: "ended";
      readonly reason: "cancelled" | "budget";
      readonly error: string;
      readonly resetAt: null;
      readonly usage: Usage | null;
    };

const LOOK_AGAIN = 200;

/** null: the agent has its answer and goes on. Gives its place away while it waits for people. */
export async function carryQuestion(
  context: AttemptContext,
  asker: Asker,
  event: Extract<AgentEvent, { type: "ask" }>,
  talk: Talk,
): Promise<Unanswered | null> {
  const { journal, slots, session, settings } = context;
  const { attempt } = asker;
  const { question } = event;
  const task = await context.tasks.show(asker.task.id);
  const plan = planOf(task)?.id ?? null;
  const known = keptAnswer(await journal.state(), {
    task: task.id,
    session: session.id,
    plan,
    text: question.text,
    mayAssume: question.reversible,
    assumeReversible: settings.assumeReversible || settings.onExpiry.question === "safe-default",
  });
  if (known !== null) {
    await joinDecision(journal, known.decision.id, { task: task.id, attempt });
    const { kept } = known.decision;
    await journal.append([{ type: "interaction", attempt, kind: "response", content: `${kept}: ${known.answer}` }]);
    await talk.reply(event.id, keptInWords(known));
    return null;
  }
  await journal.append([{ type: "interaction", attempt, kind: "question", content: question.text }]);
  const asked = {
    kind: "question",
    task: task.id,
    attempt,
    plan,
    text: question.text,
    options: question.options,
    recommended: question.default,
    reversible: question.reversible,
    evidence: [],
    tree: null,
    base: null,
  } as const;
  if (settings.assumeReversible && question.reversible && question.default !== null) {
    const { id } = await assumeDefault(context, asked);
    await journal.append([
      { type: "interaction", attempt, kind: "response", content: `[ASSUMED] ${id}: ${question.default}` },
    ]);
    await talk.reply(event.id, question.default);
    return null;
  }
  const card = await askPeople(context, asked);
  await journal.append([{ type: "attempt.stage", attempt, stage: "waiting-answer", reason: card.id }]);
  await asker.keeper.suspend(`waits for the answer to ${card.id}: ${question.text}`);
  slots.give();
  context.purse.pause(attempt, talk.usage()?.usd ?? 0);
  const answer = await waitForAnswer(context, card.id, asker.signal);
  const outcome = outcomeOf(answer.decision);
  // Whoever is ended while it waits for a place goes on later with the answer, as one that had none yet.
  if (outcome.kind !== "answer" || !(await slots.take(asker.signal)))
    return { kind: "parked", decision: card.id, usage: talk.usage() };
  if (!(await asker.keeper.regain()))
    return { kind: "ended", reason: "cancelled", error: "its claim was lost", resetAt: null, usage: talk.usage() };
  if (!(await shareAgain(context, asker)))
    return {
      kind: "ended",
      reason: "budget",
      error: "the others have used up the budget",
      resetAt: null,
      usage: talk.usage(),
    };
  await journal.append([
    {
      type: "interaction",
      attempt,
      kind: "response",
      content: outcome.assumed ? `[ASSUMED] ${card.id}: ${outcome.text}` : outcome.text,
    },
    { type: "attempt.stage", attempt, stage: "running", reason: null },
  ]);
  if (!outcome.assumed) talk.humanSpoke();
  await talk.reply(event.id, outcome.text);
  return null;
}

/** Waits for its share of the money as long as others may give some back. */
async function shareAgain(context: AttemptContext, { attempt, usdLimit, signal }: Asker): Promise<boolean> {
  for (;;) {
    await heedLimits(context);
    const there = context.purse.again(attempt, usdLimit);
    if (there !== "later") return there === "yes";
    if (signal.aborted) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
  }
}
