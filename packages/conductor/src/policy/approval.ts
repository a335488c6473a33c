/** Whether a person has said yes to exactly this. Pure: an approval counts for the tree and the findings it showed, for nothing else. */
import type { Decision } from "../model/decision.ts";
import { isFollowed, outcomeOf } from "../model/decision-outcome.ts";

/** What is asked about now. */
export interface ApprovalWish {
  readonly task: string;
  readonly tree: string;
  /** Of the verdict that asks. */
  readonly evidence: readonly string[];
}

export type Approval =
  /** Somebody approved this tree, and saw at least these findings. */
  | { readonly kind: "approved"; readonly decision: Decision }
  /** It has been asked and nobody has answered. */
  | { readonly kind: "waiting"; readonly decision: Decision }
  /** Somebody said no to this tree, or nobody was in time and that counts as no. */
  | { readonly kind: "rejected"; readonly decision: Decision }
  /** Nobody was in time, and it stays parked. */
  | { readonly kind: "expired"; readonly decision: Decision }
  /** It has to be asked. `outdated`: the open card about something this task no longer is. */
  | { readonly kind: "none"; readonly outdated: Decision | null };

/** What was said to this wish, the newest word first. */
export function approvalFor(decisions: Iterable<Decision>, wish: ApprovalWish): Approval {
  const cards = [...decisions].filter((one) => one.kind === "approval" && one.task === wish.task).reverse();
  const about = cards.find((one) => one.tree === wish.tree && covers(one, wish) && one.state !== "void");
  switch (about?.state) {
    case "approved":
      return { kind: "approved", decision: about };
    case "open":
      return { kind: "waiting", decision: about };
    case "rejected":
      return { kind: "rejected", decision: about };
    case "expired":
      return { kind: outcomeOf(about).kind === "no" ? "rejected" : "expired", decision: about };
    default:
      return { kind: "none", outdated: cards.find((one) => one.state === "open") ?? null };
  }
}

/**
 * The no that was said last to this tree, whatever it was asked for; null when none was, or a yes came after it. A card that
 * nobody has decided says nothing, however new it is.
 */
export function refusalOf(
  decisions: Iterable<Decision>,
  { task, tree }: Omit<ApprovalWish, "evidence">,
): Decision | null {
  const said = [...decisions].findLast(
    (one) => one.kind === "approval" && one.task === task && one.tree === tree && isFollowed(one),
  );
  return said !== undefined && outcomeOf(said).kind === "no" ? said : null;
}

const covers = (card: Decision, wish: ApprovalWish): boolean => {
  const shown = new Set(card.evidence);
  return wish.evidence.every((line) => shown.has(line));
};
