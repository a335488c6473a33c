/** One conversation with an agent about one task: listens, watches for loops, carries questions to people and answers back. */
import { snapshot } from "../git/snapshot.ts";
import type { AgentEvent, EndReason, Usage } from "../model/agent.ts";
import { redactIn } from "../model/redact.ts";
import type { Workspace } from "../model/repository.ts";
import { createWatch, type LoopNotice } from "../policy/watch.ts";
import { attemptMark } from "./attempt-mark.ts";
import { carryQuestion } from "./carry-question.ts";
import type { ClaimKeeper } from "./claim-keeper.ts";
import type { AttemptContext } from "./context.ts";
import { transcriptPlace } from "./transcript-place.ts";

export interface ConverseWish {
  readonly attempt: string;
  readonly task: { readonly id: string; readonly title: string };
  readonly round: number;
  readonly workspace: Workspace;
  readonly brief: string;
  readonly keeper: ClaimKeeper;
  readonly usdLimit: number | null;
  readonly signal: AbortSignal;
  /** Told at once of what the conversation has used so far, so that no kill makes it forgotten. */
  readonly onUsage: (usage: Usage) => Promise<void>;
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

/** Runs it to its end. Holds a place among the working agents except while it waits for people. */
export async function converse(context: AttemptContext, wish: ConverseWish): Promise<Conversation> {
  const { journal, settings, agent } = context;
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
    },
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
        return carryQuestion(context, wish, event, {
          usage: () => usage,
          reply: (id, text) => session.reply(id, text),
          humanSpoke: () => watch.humanSpoke(),
        });
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
}

const nudgeText = (rule: string, evidence: string): string =>
  `You seem to go in circles (${rule}): ${evidence}. Nothing has changed since. Look at the result again, say what it tells you, and try something else; or report a blocker.`;
