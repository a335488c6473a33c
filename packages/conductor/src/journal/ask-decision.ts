/** Asking a person, once: the same question about the same thing keeps its id; a changed thing gets a new one. */
import type { Decision } from "../model/decision.ts";
import type { Fact } from "../model/event.ts";
import { nextDecisionId, type RunState } from "../model/state.ts";

/** A decision before it has an id. */
export type DecisionDraft = Omit<Decision, "id" | "askedAt" | "state" | "answer" | "answeredBy" | "answeredAt">;

/**
 * The facts that ask it, and its id. Nothing is written when it stands there open already (asked again after a crash).
 * An open approval of the same task about another tree or other evidence is void, and this one comes in its place; so is
 * the same question of an earlier session or with other options. Pure.
 */
export function askDecision(
  state: RunState,
  draft: DecisionDraft,
  askedAt: string,
): { readonly id: string; readonly facts: readonly Fact[] } {
  const open = [...state.decisions.values()].filter(
    (one) => one.state === "open" && one.kind === draft.kind && one.task === draft.task,
  );
  const same = open.find((one) => sameThing(one, draft));
  if (same !== undefined) return { id: same.id, facts: [] };
  const id = nextDecisionId(state, draft.kind);
  const outdated = draft.kind === "approval" ? open : open.filter((one) => one.text === draft.text);
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
      {
        type: "decision.asked",
        decision: {
          ...draft,
          id,
          askedAt,
          state: "open",
          answer: null,
          answeredBy: null,
          answeredAt: null,
        },
      },
    ],
  };
}

const sameThing = (one: Decision, draft: DecisionDraft): boolean =>
  one.session === draft.session &&
  one.text === draft.text &&
  one.tree === draft.tree &&
  one.base === draft.base &&
  one.evidence.join("\n") === draft.evidence.join("\n");
