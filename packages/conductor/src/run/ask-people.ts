/** Puts a card into the inbox and waits until somebody, perhaps in another process, has dealt with it. */
import { assumeDecisionIn, openDecision } from "../journal/decisions.ts";
import type { Decision } from "../model/decision.ts";
import { atExpiry } from "../model/decision-outcome.ts";
import type { RunContext } from "./context.ts";
import { nextChange } from "./next-change.ts";

export type Card = Pick<
  Decision,
  | "kind"
  | "task"
  | "attempt"
  | "plan"
  | "text"
  | "options"
  | "recommended"
  | "reversible"
  | "evidence"
  | "tree"
  | "base"
>;

/** `parked`: nobody has answered, and waiting has to end; the card stays open. */
export type Answer =
  | { readonly kind: "answered"; readonly decision: Decision }
  | { readonly kind: "parked"; readonly decision: Decision };

/** Writes the card down, with what happens when nobody answers; one that is open already for the same thing is that card. */
export function askPeople({ journal, session, settings, now }: RunContext, card: Card): Promise<Decision> {
  const deadline = new Date(now().getTime() + settings.decisionMs).toISOString();
  const onExpiry = atExpiry({ ...card, onExpiry: settings.onExpiry[card.kind] });
  return openDecision(journal, { ...card, session: session.id, deadline, onExpiry }, now());
}

/** Writes down that a question's default was taken for granted. Answers the decision: expired, which approves nothing. */
export function assumeDefault({ journal, session, now }: RunContext, card: Card): Promise<Decision> {
  const draft = { ...card, session: session.id, deadline: now().toISOString(), onExpiry: "safe-default" } as const;
  return assumeDecisionIn(journal, draft, now());
}

/** Resolves when the card is closed, or when waiting is over: `park` or `stop` says so, or it has lasted `holdMs`. */
export async function waitForAnswer(context: RunContext, id: string, signal: AbortSignal): Promise<Answer> {
  const { journal, park, stop, settings } = context;
  const over = AbortSignal.any([park, stop, signal]);
  const end = performance.now() + settings.holdMs;
  for (;;) {
    const state = await journal.state();
    const decision = state.decisions.get(id);
    if (decision === undefined) throw new Error(`the card ${id} has vanished from the journal`);
    if (decision.state !== "open") return { kind: "answered", decision };
    const withinMs = end - performance.now();
    if (over.aborted || withinMs <= 0) return { kind: "parked", decision };
    await nextChange(journal, state.seq, { signal: over, withinMs });
  }
}
