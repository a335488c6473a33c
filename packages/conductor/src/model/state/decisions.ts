/** The questions and approvals, who asked, and what came of them. */
import type { Decision, DecisionKind } from "../decision.ts";
import { isAssumed } from "../decision-outcome.ts";
import type { Attempts } from "./attempts.ts";
import { change, type Draft } from "./draft.ts";
import type { EventOf, FactOf } from "./event-of.ts";
import { highest } from "./highest.ts";
import { type Words, wordAbout } from "./words.ts";

export interface Decisions {
  readonly decisions: ReadonlyMap<string, Decision>;
}

export type DecisionEvent = EventOf<"decision.asked" | "decision.joined" | "decision.closed" | "decision.overturned">;

type DecisionsAndTheirs = Draft<Decisions & Pick<Words, "words"> & Pick<Attempts, "attempts" | "attemptsByTask">>;

export function applyToDecisions(draft: DecisionsAndTheirs, event: DecisionEvent): void {
  switch (event.type) {
    case "decision.asked":
      draft.decisions.set(event.decision.id, wholeDecision(event.decision));
      return;
    case "decision.joined":
      change(draft.decisions, event.decision, (decision) => joined(decision, event));
      return;
    case "decision.closed":
      noteWord(draft, event);
      closeDecision(draft, event);
      return;
    case "decision.overturned":
      change(draft.decisions, event.decision, (decision) => ({
        ...decision,
        state: "answered" as const,
        answer: event.answer,
        answeredBy: event.by,
        answeredAt: event.at,
      }));
      noteOutdated(draft, event.decision);
      return;
    default:
      event satisfies never;
  }
}

/** Facts of earlier versions do not name who asked beside the first, the plan, or what is kept. */
const wholeDecision = (decision: Decision): Decision => {
  const { task, attempt, askers = [{ task, attempt }], plan = null, kept = null, remembered = [] } = decision;
  return { ...decision, askers, plan, kept, remembered };
};

function joined(
  decision: Decision,
  { task, attempt, options = [], reversible = true }: FactOf<"decision.joined">,
): Decision {
  const asker = { task, attempt };
  const asks = decision.askers.some((one) => one.task === task);
  return {
    ...decision,
    askers: asks ? decision.askers.map((one) => (one.task === task ? asker : one)) : [...decision.askers, asker],
    options: [...decision.options, ...options.filter((one) => !decision.options.includes(one))],
    reversible: decision.reversible && reversible,
  };
}

/** What a person said to a card is said about its task. */
function noteWord(draft: DecisionsAndTheirs, event: EventOf<"decision.closed">): void {
  const decision = draft.decisions.get(event.decision);
  if (decision !== undefined && event.state !== "void" && event.state !== "expired")
    for (const { task } of decision.askers) wordAbout(draft, task, event.seq);
}

function closeDecision(draft: DecisionsAndTheirs, event: EventOf<"decision.closed">): void {
  change(draft.decisions, event.decision, (decision) => ({
    ...decision,
    state: event.state,
    answer: event.answer,
    answeredBy: event.by,
    answeredAt: event.at,
    kept: isKept(decision, event.state) ? nextKeptId(draft) : decision.kept,
    remembered: event.remember ?? [],
  }));
}

/** A question that has an answer, or whose default was taken: whoever asks it again gets that. */
const isKept = (decision: Decision, state: Decision["state"]): boolean =>
  decision.kind === "question" && (state === "answered" || isAssumed({ ...decision, state }));

const nextKeptId = ({ decisions }: Decisions): string =>
  `D${
    highest(
      [...decisions.values()].flatMap(({ kept }) => (kept === null ? [] : [kept])),
      /^D(\d{1,15})$/,
    ) + 1
  }`;

/** What was made by the answer before and has not landed must not land as it is. */
function noteOutdated(draft: DecisionsAndTheirs, id: string): void {
  const decision = draft.decisions.get(id);
  for (const { task } of decision?.askers ?? [])
    for (const attempt of draft.attemptsByTask.get(task) ?? [])
      change(draft.attempts, attempt, (one) => (one.landed === null ? { ...one, outdated: decision!.kept } : one));
}

/** The id that the next decision of this kind gets: Q1, Q2, … or A1, A2, … An id is never given twice. */
export function nextDecisionId({ decisions }: Decisions, kind: DecisionKind): string {
  const letter = kind === "question" ? "Q" : "A";
  return `${letter}${highest(decisions.keys(), new RegExp(`^${letter}(\\d{1,15})$`)) + 1}`;
}

/** What came in place of a decision that is void: the newest later one of the same kind about the same task. */
export function replacementOf({ decisions }: Decisions, id: string): Decision | null {
  const old = decisions.get(id);
  if (old === undefined) return null;
  const all = [...decisions.values()];
  const later = all.slice(all.indexOf(old) + 1).filter((one) => one.kind === old.kind && one.task === old.task);
  return later.findLast((one) => one.state === "open") ?? later.at(-1) ?? null;
}
