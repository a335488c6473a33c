/** Decisions over the journal: asked once, closed once, whoever comes first. */
import type { Decision } from "../model/decision.ts";
import { isOverdue } from "../model/decision-outcome.ts";
import type { RunState } from "../model/state.ts";
import { type Asked, askDecision, assumeDecision, type DecisionDraft, joining } from "./ask-decision.ts";
import { closeDecision, type DecisionWord } from "./close-decision.ts";
import type { Journal } from "./journal.ts";
import { keptDecision, overturnDecision } from "./overturn-decision.ts";

/** Writes the decision down and gives it with its id; one that is open already comes back as it is. */
export async function openDecision(journal: Journal, draft: DecisionDraft, now: Date): Promise<Decision> {
  return writeDecision(journal, (state) => askDecision(state, draft, now.toISOString()));
}

/** Writes down that a question's default is taken for granted: nobody was asked. */
export async function assumeDecisionIn(journal: Journal, draft: DecisionDraft, now: Date): Promise<Decision> {
  return writeDecision(journal, (state) => assumeDecision(state, draft, now.toISOString()));
}

/** One more task goes by what is kept. */
export async function joinDecision(
  journal: Journal,
  id: string,
  asker: Pick<DecisionDraft, "task" | "attempt">,
): Promise<void> {
  await journal.appendIf((state) => {
    const decision = state.decisions.get(id);
    return decision === undefined ? [] : joining(decision, { ...asker, options: [], reversible: true });
  });
}

async function writeDecision(journal: Journal, ask: (state: RunState) => Asked): Promise<Decision> {
  const found: { id: string | null } = { id: null };
  await journal.appendIf((state) => {
    const { id, facts } = ask(state);
    found.id = id;
    return facts;
  });
  return decisionOf(journal, found.id!);
}

/** Closes a decision by compare-and-swap and gives it back. Throws what `closeDecision` throws; then nothing changed. */
export async function settleDecision(journal: Journal, id: string, word: DecisionWord, by: string): Promise<Decision> {
  const events = await journal.appendIf((state) => [closeDecision(state, id, word, by)]);
  const closed = events[0];
  if (closed?.type !== "decision.closed") throw new Error(`closing ${id} wrote nothing`);
  return decisionOf(journal, closed.decision);
}

/** Puts another answer in the place of one that is kept, D1, D2, …, and gives the decision. Throws what `overturnDecision` throws. */
export async function overturn(journal: Journal, id: string, text: string, by: string): Promise<Decision> {
  await journal.appendIf((state) => overturnDecision(state, id, text, by));
  return keptDecision(await journal.state(), id);
}

/** The decisions whose deadline has passed, closed as expired. */
export async function expireDecisions(journal: Journal, now: Date): Promise<readonly Decision[]> {
  const events = await journal.appendIf((state) =>
    [...state.decisions.values()]
      .filter((one) => isOverdue(one, now))
      .map((one) => closeDecision(state, one.id, { kind: "expire" }, "conductor")),
  );
  const state = await journal.state();
  return events.flatMap((event) => (event.type === "decision.closed" ? [state.decisions.get(event.decision)!] : []));
}

async function decisionOf(journal: Journal, id: string): Promise<Decision> {
  const decision = (await journal.state()).decisions.get(id);
  if (decision === undefined) throw new Error(`decision ${id} is not in the journal`);
  return decision;
}
