/** Circles that only show over several rounds, or over several times that a task was given out. */
import { tasksNamed } from "../model/blocker.ts";
import type { Decision } from "../model/decision.ts";
import type { LoopNotice } from "../model/loop.ts";
import { type AttemptState, attemptsOf, type RunState } from "../model/state.ts";
import { redRounds } from "../model/task-loops.ts";
import { plus } from "../model/usage.ts";
import { type Dispatch, dispatchLoop, roundLoop, unchangedLoop } from "../policy/watch/rounds.ts";
import { waitCycle } from "../policy/watch/wait-cycle.ts";
import type { AttemptEnd } from "./attempt-end.ts";
import { type Climbed, climb } from "./loop-ladder.ts";
import { type Setback, setbackFor, setbackOf } from "./setback.ts";
import type { Story } from "./story.ts";

/** `evidence`: it goes on, and its agent is told. */
export type Circle = { readonly end: AttemptEnd } | { readonly evidence: string; readonly replace: boolean };

/** Before the first round: a task that was given out again and again without leaving anything new is not given out once more. */
export async function circleBefore(story: Story): Promise<AttemptEnd | null> {
  const { context, task, id } = story;
  const state = await context.journal.state();
  const notice = dispatchLoop(dispatchesOf(state, task.id, id), context.settings.loops);
  if (notice === null) return null;
  const circle = await goUp(story, notice, { agent: context.agent.id, mayGoOn: false });
  return "end" in circle ? circle.end : null;
}

/** An agent says that its task waits for others: null unless one of those waits for this one. */
export async function circleOfWaits(story: Story, reason: string): Promise<AttemptEnd | null> {
  const { context, task, id } = story;
  const [state, open] = [await context.journal.state(), await context.tasks.open()];
  const depends = new Map(open.map((one) => [one.id, one.depends_on]));
  const waitsFor = (other: string): readonly string[] => {
    if (other === task.id) return tasksNamed(reason).filter((named) => named !== task.id && depends.has(named));
    const last = attemptsOf(state, other).at(-1);
    const blocked = last?.blocker === "needs-task" && depends.has(other) ? tasksNamed(last.reason ?? "") : [];
    return [...(depends.get(other) ?? []), ...blocked].filter((named) => depends.has(named));
  };
  const notice = waitCycle(task.id, waitsFor);
  if (notice === null) return null;
  const looping = { attempt: id, task, mayGoOn: false, agent: context.agent.id, nudge: null };
  const climbed = await climb(context, { ...looping, only: "a person has to say which of them comes first" }, notice);
  return "card" in climbed ? endWith(story, climbed.card) : null;
}

/** Between two rounds. Null where there is none. */
export async function circleBetween(
  story: Story,
  at: { readonly agent: string; readonly unchanged: number; readonly rounds: number },
): Promise<Circle | null> {
  const { context, task } = story;
  if (at.rounds === 0) return null;
  const { loops } = context.settings;
  const rounds = redRounds(await context.journal.state(), task.id).map(({ signature, failing, red }) => ({
    signature,
    failing,
    summary: setbackOf(red).summary,
  }));
  const notice = unchangedLoop(at.unchanged, loops) ?? roundLoop(rounds, loops);
  return notice === null ? null : goUp(story, notice, { agent: at.agent, mayGoOn: true });
}

/** The agent of the next round is told what was seen. */
export const leaveCircle = (setback: Setback | null, evidence: string): Setback => ({
  ...(setback ?? setbackFor("it went in circles")),
  hints: [...(setback?.hints ?? []), `What was tried goes in circles: ${evidence} Go another way.`],
});

async function goUp(
  story: Story,
  notice: LoopNotice,
  { agent, mayGoOn }: { readonly agent: string; readonly mayGoOn: boolean },
): Promise<Circle> {
  const { context, task, id: attempt } = story;
  const climbed = await climb(context, { attempt, task, mayGoOn, agent, nudge: null }, notice);
  await payPlanning(story, climbed);
  if ("card" in climbed) return { end: await endWith(story, climbed.card) };
  return { evidence: notice.evidence, replace: climbed.rung === "other-agent" };
}

/** What a planner took counts as the attempt's own. */
export async function payPlanning({ context, id }: Story, { planning }: Climbed): Promise<void> {
  // What was set aside for one that took nothing is given back.
  if (planning === null) return context.purse.settle(id, null);
  const before = (await context.journal.state()).attempts.get(id)?.usage ?? null;
  await context.journal.append([{ type: "attempt.usage", attempt: id, usage: plus(before, planning) }]);
  context.purse.settle(id, planning);
}

/** Everything waits for the card. */
export async function endWith({ context, id, keeper }: Story, card: Decision): Promise<AttemptEnd> {
  const { journal } = context;
  await journal.append([{ type: "attempt.stage", attempt: id, stage: "waiting-answer", reason: card.id }]);
  await keeper.suspend(`waits for the answer to ${card.id}: ${card.text}`);
  return { kind: "waiting", decision: card.id };
}

/** Those since a person last said something, without those that ended for what is no matter of the task. */
function dispatchesOf(state: RunState, task: string, now: string): readonly Dispatch[] {
  const word = state.words.get(task) ?? 0;
  return attemptsOf(state, task)
    .filter((one) => one.id !== now && one.seq > word && counts(one))
    .map(({ id, work, reason }) => ({ attempt: id, tree: work?.tree ?? null, reason }));
}

const counts = ({ stage, interactions }: AttemptState): boolean =>
  (interactions.assignment ?? 0) > 0 && (stage === "failed" || stage === "no-change" || stage === "blocked");
