/** One conversation with an agent about one task: listens, watches for loops, carries questions to people and answers back. */
import { openTranscript } from "../agents/transcript.ts";
import { snapshot } from "../git/snapshot.ts";
import type { AgentEvent, EndReason, Usage } from "../model/agent.ts";
import type { ReportedKind } from "../model/blocker.ts";
import { isRefused } from "../model/is-refused.ts";
import type { LoopNotice } from "../model/loop.ts";
import { redactIn } from "../model/redact.ts";
import type { Workspace } from "../model/repository.ts";
import { NO_USAGE } from "../model/usage.ts";
import { createWatch } from "../policy/watch/watch.ts";
import { attemptMark } from "./attempt-mark.ts";
import { carryQuestion } from "./carry-question.ts";
import { childRuns } from "./child-runs.ts";
import type { ClaimKeeper } from "./claim-keeper.ts";
import type { AttemptContext } from "./context.ts";
import { holdOf } from "./hold-of.ts";
import { type Climbed, climb } from "./loop-ladder.ts";
import { tracedWatch, tracePlace } from "./traced-watch.ts";
import { transcriptPlace } from "./transcript-place.ts";
import { withTicks } from "./with-ticks.ts";

export interface ConverseWish {
  readonly attempt: string;
  readonly task: { readonly id: string; readonly title: string };
  readonly round: number;
  readonly workspace: Workspace;
  readonly brief: string;
  readonly keeper: ClaimKeeper;
  readonly usdLimit: number | null;
  /** What the gates said last; empty = nothing. */
  readonly gates: string;
  /** Another conversation may follow. */
  readonly mayGoOn: boolean;
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
  /** It says itself that it cannot go on. */
  | {
      readonly kind: "blocked";
      readonly blocker: ReportedKind;
      readonly reason: string;
      readonly usage: Usage | null;
    }
  /** It goes in circles, and this was done about it. */
  | {
      readonly kind: "loop";
      readonly notice: LoopNotice;
      readonly climbed: Climbed;
      /** The tree that a new beginning is best made from. */
      readonly checkpoint: string | null;
      readonly usage: Usage | null;
    }
  /** A question stays open, and waiting for the answer has ended. */
  | { readonly kind: "parked"; readonly decision: string; readonly usage: Usage | null };

/** How often it is looked whether people have said something, and whether it has been silent too long. */
const TICK = 250;
/** A trace holds so much of what a conversation did. */
const TRACE_BYTES = 4_000_000;

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
      // Before it is ended for its silence it was told, and began anew.
      silentMs: Math.max(settings.idleMs, 3 * settings.loops.silentMs + settings.loops.toolMs),
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

  const began = performance.now();
  const trace = await openTranscript(tracePlace(context, attempt, wish.round), {
    limitBytes: TRACE_BYTES,
    secrets: context.secrets,
  });
  const watch = tracedWatch(
    createWatch({
      limits: settings.loops,
      tree: (await snapshot({ repository: context.repository, workspace }))?.tree ?? null,
      gates: wish.gates,
      at: began,
    }),
    trace,
    began,
  );
  let { seq: seen } = await journal.state();
  /** Events that came before the agent could hear what was said to it last. */
  let unheard = 0;
  let usage: Usage | null = null;
  let verdict: Conversation | null = null;
  const giveUp = async (outcome: Conversation): Promise<void> => {
    verdict ??= outcome;
    await session.cancel();
  };

  try {
    for await (const said of withTicks(session.events, TICK)) {
      await hearPeople();
      if (said === "tick") {
        await hearSilence();
        continue;
      }
      const event = redactIn(said, context.secrets);
      if (event.type === "usage") await hearUsage(event.usage);
      // Nobody says what a refusal costs, but it is known.
      if (event.type === "end" && usage === null && isRefused(event.reason)) await hearUsage(NO_USAGE);
      if (event.type === "turn") wish.onTurn();
      const looksAway = unheard > 0;
      unheard = Math.max(0, unheard - 1);
      if (!looksAway) {
        if (event.type === "turn" || event.type === "tool") await lookAtTree();
        await onLoop(watch.observe(event, performance.now()));
      }
      const outcome = await hear(event);
      if (outcome) await giveUp(outcome);
      if (event.type === "end" && verdict === null)
        verdict = { kind: "ended", reason: event.reason, error: event.error, resetAt: event.resetAt, usage };
    }
  } finally {
    // Nobody listens any more: it must not go on, nor cost anything.
    cancel.abort();
    await trace.close();
  }
  const ended =
    verdict ??
    ({ kind: "ended", reason: "crashed", error: "it ended without saying so", resetAt: null, usage } as const);
  const [reason, error] = ended.kind === "ended" ? [ended.reason, ended.error] : (["cancelled", null] as const);
  await journal.append([{ type: "attempt.agent-ended", attempt, reason, error }]);
  return { ...ended, usage };

  async function hearUsage(soFar: Usage): Promise<void> {
    usage = soFar;
    await wish.onUsage(soFar);
  }

  async function lookAtTree(): Promise<void> {
    const now = await snapshot({ repository: context.repository, workspace });
    if (now !== null) await onLoop(watch.tree(now.tree, performance.now()));
  }

  async function onLoop(notice: LoopNotice | null): Promise<void> {
    // What it does while it is being ended is nobody's concern any more.
    if (notice === null || verdict !== null) return;
    const { mayGoOn } = wish;
    const climbed = await climb(
      context,
      { attempt, task, mayGoOn, agent: agent.id, nudge: (text: string) => session.nudge(text) },
      notice,
    );
    if (climbed.rung === "nudge") unheard = session.backlog();
    else await giveUp({ kind: "loop", notice, climbed, checkpoint: watch.checkpoint, usage });
  }

  /** A hint is told at once; whatever people say, what was counted is forgotten. */
  async function hearPeople(): Promise<void> {
    if (!(await journal.changedSince(seen))) return;
    const state = await journal.state();
    const since = seen;
    seen = state.seq;
    if ((state.words.get(task.id) ?? 0) <= since) return;
    watch.humanSpoke(performance.now());
    unheard = session.backlog();
    for (const { text, by } of state.hints.filter((one) => one.task === task.id && one.seq > since)) {
      if (!(await session.nudge(`A hint from ${by}: ${text}`))) continue;
      await journal.append([{ type: "interaction", attempt, kind: "response", content: `hint from ${by}: ${text}` }]);
    }
  }

  /** Only a process can be silent: a model that is asked has a watchdog of its own. */
  async function hearSilence(): Promise<void> {
    const now = performance.now();
    if (session.process === null || verdict !== null || !watch.overdue(now)) return;
    const busy = await childRuns(attemptMark(context, attempt), session.process, settings.loops.toolMs);
    await lookAtTree();
    await onLoop(watch.quiet(now, busy));
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
        return { kind: "blocked", blocker: event.kind, reason: event.reason, usage };
      case "ask":
        return carryQuestion(context, wish, event, {
          usage: () => usage,
          reply: (id, text) => session.reply(id, text),
          // Its time while people thought is not its own.
          humanSpoke: () => watch.humanSpoke(performance.now()),
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
