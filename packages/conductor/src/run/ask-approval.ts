/** Asks where policy wants people asked; approvals count for this tree only. */
import type { Decision, Verdict } from "../model/decision.ts";
import { outcomeOf } from "../model/decision-outcome.ts";
import type { RunState } from "../model/state.ts";
import { approvalFor, refusalOf } from "../policy/approval.ts";
import { askPeople, waitForAnswer } from "./ask-people.ts";
import { CLAIM_LOST } from "./attempt-end.ts";
import { planOf } from "./plan-metadata.ts";
import { setbackFor } from "./setback.ts";
import { enterStage, type Step, type Story } from "./story.ts";
import type { Work } from "./work.ts";

/** `go`: policy allows it, or a person does; `reversible`: a revert takes it back whole. Gives the agent's place away while it waits for one. */
export async function askApproval(
  story: Story,
  verdict: Verdict,
  work: Work,
  reversible: boolean,
): Promise<Step<"allowed">> {
  if (verdict.kind === "allow") return (await refused(story, work)) ?? { go: "allowed" };
  if (verdict.kind === "deny") return { end: { kind: "blocked", blocker: "policy", reason: verdict.reason } };
  const { context, keeper, signal } = story;
  let decision = await cardFor(story, { ...verdict, reversible }, work);
  if (decision.state === "open") {
    const { id } = decision;
    await enterStage(story, "waiting-approval", id);
    await keeper.suspend(`waits for ${id}: ${verdict.reason}`);
    context.slots.give();
    const answer = await waitForAnswer(context, id, signal);
    // Whoever is ended while it waits for a place goes on later with what was decided.
    if (answer.kind === "parked" || !(await context.slots.take(signal)))
      return { end: { kind: "waiting", decision: id } };
    decision = answer.decision;
    if (!(await keeper.regain())) return { end: CLAIM_LOST };
  }
  const outcome = outcomeOf(decision);
  if (outcome.kind === "yes") return { go: "allowed" };
  if (outcome.kind === "no") return sentBack(decision, outcome.why);
  return { end: { kind: "blocked", blocker: "needs-decision", reason: `${decision.id} is ${decision.state}` } };
}

const sentBack = (decision: Decision, why: string): Step<never> => ({
  back: setbackFor(`${decision.id} was ${deniedInWords(decision)}: ${why}`),
});

/** A no to this very work holds, also where rules have changed since or a yes to another card is remembered. */
async function refused({ context, task }: Story, { tree }: Work): Promise<Step<never> | null> {
  const state = await context.journal.state();
  const standing = [...state.decisions.values()].filter((one) => !asksAnew(state, one, task.id));
  const decision = refusalOf(standing, { task: task.id, tree });
  if (decision === null) return null;
  const outcome = outcomeOf(decision);
  return outcome.kind === "no" ? sentBack(decision, outcome.why) : null;
}

/** A no that nobody said is not the last word once a person wants the task tried again. */
const asksAnew = ({ unblocks }: RunState, { state, answeredAt }: Decision, id: string): boolean =>
  state === "expired" && unblocks.some(({ task, at }) => task === id && at > (answeredAt ?? ""));

const deniedInWords = ({ state }: Decision): string => (state === "expired" ? "denied" : "rejected");

type Question = Extract<Verdict, { kind: "ask" }> & { readonly reversible: boolean };

/** What somebody said to the same already, or a card for people to answer. */
async function cardFor(
  { context, task, id, clone }: Story,
  { reason, evidence, reversible }: Question,
  { tree }: Work,
): Promise<Decision> {
  const state = await context.journal.state();
  const said = approvalFor(state.decisions.values(), { task: task.id, tree, evidence });
  if (said.kind === "approved" || (said.kind === "rejected" && !asksAnew(state, said.decision, task.id)))
    return said.decision;
  return askPeople(context, {
    kind: "approval",
    task: task.id,
    attempt: id,
    plan: planOf(task)?.id ?? null,
    text: reason,
    options: [],
    recommended: null,
    reversible,
    evidence,
    tree,
    base: clone.base,
  });
}
