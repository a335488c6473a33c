/** Asking a person, once: the same question about the same thing keeps its id; a changed thing gets a new one. */
import type { Decision } from "../model/decision.ts";
import type { Fact } from "../model/event.ts";
import { sameQuestion } from "../model/same-question.ts";
import { nextDecisionId, type RunState } from "../model/state.ts";

/** A decision before it has an id. */
export type DecisionDraft = Omit<
  Decision,
  "id" | "askers" | "askedAt" | "state" | "answer" | "answeredBy" | "answeredAt" | "kept" | "remembered"
>;

export interface Asked {
  readonly id: string;
  readonly facts: readonly Fact[];
}

/**
 * The facts that ask it, and its id. Nothing is written when it stands there open already (asked again after a crash).
 * A question that another task of the run asks too is one card, which this one joins. An open approval of the same task
 * about another tree or other evidence is void, and this one comes in its place; so is the same question of an earlier
 * session, unless others wait for it too. Pure.
 */
export function askDecision(state: RunState, draft: DecisionDraft, askedAt: string): Asked {
  const open = [...state.decisions.values()].filter((one) => one.state === "open" && one.kind === draft.kind);
  const same = open.find((one) => (draft.kind === "question" ? sameInRun(one, draft) : sameThing(one, draft)));
  if (same !== undefined) return { id: same.id, facts: draft.kind === "question" ? joining(same, draft) : [] };
  const id = nextDecisionId(state, draft.kind);
  const outdated =
    draft.kind === "approval"
      ? open.filter((one) => one.task === draft.task)
      : open.filter((one) => sameQuestion(one.text, draft.text) && one.askers.every(({ task }) => task === draft.task));
  return {
    id,
    facts: [
      ...outdated.map(
        (one): Fact => ({
          type: "decision.closed",
          decision: one.id,
          state: "void",
          answer: `${draft.kind === "approval" ? "what it was about changed" : "it was asked anew"}; ${id} is in its place`,
          by: "conductor",
        }),
      ),
      asking(id, draft, askedAt),
    ],
  };
}

/** The facts that take a question's default for granted: asked and expired in one, which approves nothing. Pure. */
export function assumeDecision(state: RunState, draft: DecisionDraft, askedAt: string): Asked {
  const id = nextDecisionId(state, draft.kind);
  return {
    id,
    facts: [
      asking(id, draft, askedAt),
      { type: "decision.closed", decision: id, state: "expired", answer: null, by: "conductor" },
    ],
  };
}

/** The fact that one more task asks it; none when it is known already, and nothing about it is new. Pure. */
export function joining(
  decision: Decision,
  { task, attempt, options, reversible }: Pick<DecisionDraft, "task" | "attempt" | "options" | "reversible">,
): readonly Fact[] {
  const more = options.filter((one) => !decision.options.includes(one));
  const fixed = decision.reversible && !reversible;
  const asks = decision.askers.some((one) => one.task === task && one.attempt === attempt);
  if (asks && more.length === 0 && !fixed) return [];
  return [
    {
      type: "decision.joined",
      decision: decision.id,
      task,
      attempt,
      ...(more.length > 0 && { options: more }),
      ...(fixed && { reversible: false }),
    },
  ];
}

const asking = (id: string, draft: DecisionDraft, askedAt: string): Fact => ({
  type: "decision.asked",
  decision: {
    ...draft,
    id,
    askers: [{ task: draft.task, attempt: draft.attempt }],
    askedAt,
    state: "open",
    answer: null,
    answeredBy: null,
    answeredAt: null,
    kept: null,
    remembered: [],
  },
});

const sameInRun = (one: Decision, draft: DecisionDraft): boolean =>
  one.session === draft.session && sameQuestion(one.text, draft.text);

const sameThing = (one: Decision, draft: DecisionDraft): boolean =>
  one.task === draft.task &&
  one.session === draft.session &&
  one.text === draft.text &&
  one.tree === draft.tree &&
  one.base === draft.base &&
  one.evidence.join("\n") === draft.evidence.join("\n");
