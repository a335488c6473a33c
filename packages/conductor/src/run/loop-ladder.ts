/** What is done about a loop: the next rung that can be taken, written down before it is. */
import { shellWord } from "@taskwerk/contract/shell-word";
import type { Usage } from "../model/agent.ts";
import type { Decision } from "../model/decision.ts";
import { LOOP_RUNGS, type LoopNotice, type LoopRung } from "../model/loop.ts";
import { loopsSince, rungsTaken } from "../model/task-loops.ts";
import { type Hindrances, nextRung } from "../policy/watch/ladder.ts";
import { askPeople } from "./ask-people.ts";
import type { RunContext } from "./context.ts";
import type { ProposedSplit } from "./split-task.ts";

/** About whose work. */
export interface Looping {
  readonly attempt: string;
  readonly task: { readonly id: string; readonly title: string };
  /** Another conversation may follow. */
  readonly mayGoOn: boolean;
  /** The agent that works now. */
  readonly agent: string;
  /** Tells the agent; answers false when it cannot be spoken to. Null: no agent is at work. */
  readonly nudge: ((text: string) => Promise<boolean>) | null;
  /** Why nobody but a person can do anything; absent = agents can. */
  readonly only?: string;
}

/** What was done. `card`: what people are asked. `planning`: what asking a planner took, still to be settled; null = nothing. */
export type Climbed = { readonly planning: Usage | null } & (
  | { readonly rung: "nudge" | "fresh" | "other-agent" }
  | { readonly rung: "split" | "blocked"; readonly card: Decision }
);

/** Takes the next rung: each once until a person says something about the task. */
export async function climb(context: RunContext, loop: Looping, notice: LoopNotice): Promise<Climbed> {
  const { journal } = context;
  const { attempt, task } = loop;
  const taken = rungsTaken(await journal.state(), task.id);
  const tried: { -readonly [K in keyof Hindrances]: Hindrances[K] } = await hindrancesOf(context, loop);
  let planning: Usage | null = null;
  for (;;) {
    const { rung, skipped } = nextRung(taken, tried);
    const write = (): Promise<unknown> =>
      journal.append([
        {
          type: "loop.noticed",
          attempt,
          ...notice,
          rung,
          ...(skipped.length === 0 ? {} : { skipped }),
          ...(rung === "other-agent" && context.otherAgent !== null ? { agent: context.otherAgent.id } : {}),
        },
      ]);
    switch (rung) {
      case "nudge":
        if (await loop.nudge?.(nudgeText(notice))) {
          await write();
          return { rung, planning };
        }
        tried.nudge = "this agent cannot be spoken to while it works";
        continue;
      case "fresh":
      case "other-agent":
        await write();
        return { rung, planning };
      case "split": {
        const share = context.purse.reserve(attempt);
        if (share.kind !== "share") {
          tried.split = share.reason;
          continue;
        }
        const split = await context.splitTask!(task.id, notice.evidence, share.usd);
        planning = split.usage;
        if (split.kind === "none") {
          tried.split = split.why;
          continue;
        }
        await write();
        return { rung, planning, card: await proposeSplit(context, loop, notice, split) };
      }
      case "blocked":
        await write();
        return { rung, planning, card: await askWhatToDo(context, loop, notice) };
      default: {
        const unknown: never = rung;
        throw new Error(`unknown rung ${JSON.stringify(unknown)}`);
      }
    }
  }
}

/** Why rungs cannot be taken, as far as that is known before they are tried. */
async function hindrancesOf(
  { otherAgent, splitTask, session }: RunContext,
  { mayGoOn, agent, nudge, only }: Looping,
): Promise<Hindrances> {
  if (only !== undefined) return { nudge: only, fresh: only, "other-agent": only, split: only };
  const noTry = mayGoOn ? null : "no try is left (safety.max_attempts)";
  const other = async (): Promise<string | null> => {
    if (noTry !== null) return noTry;
    if (otherAgent === null) return "no other agent is configured (loops.other_agent, loops.other_model)";
    if (otherAgent.id === agent) return `${agent} is at it already`;
    const { ready, problem, features } = await otherAgent.probe();
    if (!ready) return `${otherAgent.id} is not ready: ${problem ?? "it does not say why"}`;
    const { budgetUsd, budgetTokens } = session.options;
    if (features.usage === "none" && (budgetUsd !== null || budgetTokens))
      return `${otherAgent.id} does not say what it uses, so the budget could not hold it`;
    if (features.usage === "tokens" && budgetUsd !== null && !budgetTokens)
      return `nobody knows what ${otherAgent.id} costs, so the budget could not hold it`;
    return null;
  };
  return {
    nudge: nudge === null ? "its agent has ended" : null,
    fresh: noTry,
    "other-agent": await other(),
    split: splitTask === null ? "no planner is configured (loops.split_planner)" : null,
  };
}

const nudgeText = ({ rule, evidence }: LoopNotice): string =>
  `You seem to go in circles (${rule}): ${evidence} Nothing has changed since. Look at the result again, say what it tells you, and try something else; or report a blocker.`;

/** A card that asks people what is to be done differently. It stays open until somebody answers; the task goes on then. */
async function askWhatToDo(context: RunContext, loop: Looping, notice: LoopNotice): Promise<Decision> {
  return askPeople(context, {
    ...cardOf(loop),
    text: `Agents go in circles on "${loop.task.title}". What should they do differently?`,
    evidence: [`${notice.rule}: ${notice.evidence}`, ...(await triedInWords(context, loop.task.id))],
  });
}

async function proposeSplit(
  context: RunContext,
  loop: Looping,
  notice: LoopNotice,
  { planner, titles }: Extract<ProposedSplit, { readonly kind: "split" }>,
): Promise<Decision> {
  const { task, attempt } = loop;
  const commands = titles.map((title) => `taskwerk add ${shellWord(oneLine(title))} --parent ${task.id}`);
  await context.tasks.note(
    task.id,
    `Agents go in circles here (${notice.rule}). The planner ${planner} would split it:\n${commands.join("\n")}`,
    "decision",
    `${attempt}:split:${context.newId()}`,
  );
  return askPeople(context, {
    ...cardOf(loop),
    text: `Agents go in circles on "${task.title}". The planner ${planner} would split it into ${titles.length} tasks. Split it, then answer; or say what to do differently.`,
    evidence: [`${notice.rule}: ${notice.evidence}`, ...commands],
  });
}

/** What somebody else wrote is pasted into a shell: it is one word there, and nothing is run. */
const oneLine = (title: string): string => title.replace(/\s+/g, " ").trim();

const cardOf = ({ attempt, task }: Looping) =>
  ({
    kind: "question",
    task: task.id,
    attempt,
    // About this one task: no other agent asks the same.
    plan: null,
    options: [],
    recommended: null,
    reversible: true,
    tree: null,
    base: null,
  }) as const;

/** Which rungs were taken, and which could not be. */
async function triedInWords({ journal }: RunContext, task: string): Promise<readonly string[]> {
  const loops = loopsSince(await journal.state(), task);
  const taken = LOOP_RUNGS.filter((rung) => rung !== "blocked" && loops.some((one) => one.rung === rung));
  const skipped = [...new Set(loops.flatMap((one) => one.skipped))];
  return [
    ...(taken.length === 0 ? [] : [`tried: ${taken.map((rung) => RUNG_WORDS[rung]).join(", ")}`]),
    ...skipped.map((one) => `not tried: ${one}`),
  ];
}

const RUNG_WORDS: Readonly<Record<LoopRung, string>> = {
  nudge: "it was told",
  fresh: "it began anew with a fresh context",
  "other-agent": "another agent took it",
  split: "a split was proposed",
  blocked: "people were asked",
};
