/** The cards of a run, and the attempts that wait for what people say to them. */
import { expireDecisions } from "../journal/decisions.ts";
import type { Decision } from "../model/decision.ts";
import { isOverdue } from "../model/decision-outcome.ts";
import type { Attempt } from "../model/run.ts";
import type { RunContext } from "./context.ts";

const WAITING: ReadonlySet<Attempt["stage"]> = new Set(["waiting-answer", "waiting-approval"]);

/** Attempts of this run whose agent's work is judged, or waits to be landed. */
const REVIEWED: ReadonlySet<Attempt["stage"]> = new Set(["gating", "queued", "landing"]);

const attemptsIn = async (
  { journal, session }: RunContext,
  stages: ReadonlySet<Attempt["stage"]>,
): Promise<readonly Attempt[]> =>
  [...(await journal.state()).attempts.values()].filter(
    (attempt) => attempt.session === session.id && stages.has(attempt.stage),
  );

/** Attempts of this run that wait for people. */
export const waitingAttempts = (context: RunContext): Promise<readonly Attempt[]> => attemptsIn(context, WAITING);

/** Attempts of this run that have left their agent: gates judge them, or they wait for it or for their landing. */
export const reviewedAttempts = (context: RunContext): Promise<readonly Attempt[]> => attemptsIn(context, REVIEWED);

/** Attempts of this run that wait until their provider takes requests again. */
export const limitedAttempts = (context: RunContext): Promise<readonly Attempt[]> =>
  attemptsIn(context, new Set(["paused-limit"]));

export const openCards = async ({ journal, session }: RunContext): Promise<readonly Decision[]> =>
  [...(await journal.state()).decisions.values()].filter((one) => one.state === "open" && one.session === session.id);

/** Open cards, also of sessions before, about tasks that this run is to do and that are still to be done. */
export async function cardsInTheWay({ journal, tasks, wants }: RunContext): Promise<readonly Decision[]> {
  const cards = [...(await journal.state()).decisions.values()].filter(({ state }) => state === "open");
  if (cards.length === 0) return [];
  const wanted = new Set((await tasks.open()).filter(wants).map(({ id }) => id));
  return cards.filter(({ askers }) => askers.some(({ task }) => wanted.has(task)));
}

/** Cards whose time is over are closed, also those of sessions before; what follows is each card's own `onExpiry`. */
export async function expireCards({ journal, now }: RunContext): Promise<void> {
  const late = [...(await journal.state()).decisions.values()].some((one) => isOverdue(one, now()));
  if (late) await expireDecisions(journal, now());
}
