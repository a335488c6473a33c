/** What follows from a card: somebody's word, or what was to happen when nobody said one in time. Pure. */
import type { Decision, OnExpiry } from "./decision.ts";

/**
 * `open`: it is waited for. `nothing`: it is closed, and nothing follows: it is void, or its tasks stay parked. The others are
 * followed, whoever is behind them; nothing but a person's word is `yes`.
 */
export type Outcome =
  | { readonly kind: "open" | "nothing" | "yes" }
  /** `assumed`: nobody said it, the recommended answer was taken. */
  | { readonly kind: "answer"; readonly text: string; readonly assumed: boolean }
  /** `why`: a person's note, or that nobody answered in time. */
  | { readonly kind: "no"; readonly why: string };

const NOTHING: Outcome = { kind: "nothing" };

export function outcomeOf(decision: Decision): Outcome {
  const { state, answer, recommended, deadline } = decision;
  switch (state) {
    case "open":
      return { kind: "open" };
    case "answered":
      return answer === null ? NOTHING : { kind: "answer", text: answer, assumed: false };
    case "approved":
      return { kind: "yes" };
    case "rejected":
      return { kind: "no", why: answer ?? "no reason given" };
    case "void":
      return NOTHING;
    case "expired":
      switch (atExpiry(decision)) {
        case "safe-default":
          return { kind: "answer", text: recommended!, assumed: true };
        case "deny":
          return {
            kind: "no",
            why: `nobody answered${deadline === null ? "" : ` by ${deadline}`}, which counts as no`,
          };
        case "park":
          return NOTHING;
      }
  }
}

/**
 * What happens to it when nobody answers in time. A no is for what waits for a yes, a default for a question that has one and
 * can be answered otherwise later; anything else stays parked.
 */
export function atExpiry({
  kind,
  onExpiry,
  recommended,
  reversible,
}: Pick<Decision, "kind" | "onExpiry" | "recommended" | "reversible">): OnExpiry {
  if (onExpiry === "deny") return kind === "approval" ? "deny" : "park";
  if (onExpiry === "safe-default") return kind === "question" && reversible && recommended !== null ? onExpiry : "park";
  return "park";
}

/** True where nobody was asked, or nobody answered, and the default holds. */
export function isAssumed(decision: Decision): boolean {
  const outcome = outcomeOf(decision);
  return outcome.kind === "answer" && outcome.assumed;
}

/** True where tasks that waited for it can go on. */
export function isFollowed(decision: Decision): boolean {
  const { kind } = outcomeOf(decision);
  return kind !== "open" && kind !== "nothing";
}

/** True where it is open although its time is up. */
export const isOverdue = ({ state, deadline }: Pick<Decision, "state" | "deadline">, now: Date): boolean =>
  state === "open" && deadline !== null && Date.parse(deadline) <= now.getTime();
