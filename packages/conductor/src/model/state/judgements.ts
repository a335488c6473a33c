/** The receipts of gates, and what they were used to judge. */
import type { Receipt } from "../gate.ts";
import type { Attempts } from "./attempts.ts";
import type { Draft } from "./draft.ts";
import type { EventOf } from "./event-of.ts";

/** That a receipt was used to judge an attempt; one receipt may serve several. */
export interface JudgementState {
  readonly seq: number;
  readonly at: string;
  readonly session: string;
  readonly attempt: string | null;
  readonly receipt: string;
  /** The attempt's round of gates it belongs to, 0 for a baseline. */
  readonly round: number;
}

export interface Judgements {
  readonly receipts: ReadonlyMap<string, Receipt>;
  readonly judgements: readonly JudgementState[];
}

/** A required gate that is not green makes the attempt's round a red one, once. */
export function applyToJudgements(
  draft: Draft<Judgements & Pick<Attempts, "attempts">>,
  event: EventOf<"gate.judged">,
): void {
  const { receipt } = event;
  if (!draft.receipts.has(receipt.id)) draft.receipts.set(receipt.id, receipt);
  const attempt = event.attempt === null ? undefined : draft.attempts.get(event.attempt);
  const round = attempt === undefined || receipt.phase === "baseline" ? 0 : attempt.gateRounds;
  draft.judgements.push({
    seq: event.seq,
    at: event.at,
    session: event.session,
    attempt: event.attempt,
    receipt: receipt.id,
    round,
  });
  const red = receipt.phase !== "baseline" && receipt.required && receipt.result !== "pass";
  if (attempt !== undefined && red && attempt.redRound !== attempt.gateRounds)
    draft.attempts.set(attempt.id, { ...attempt, reds: attempt.reds + 1, redRound: attempt.gateRounds });
}

/** The receipts that judged an attempt, in order. */
export function receiptsOf({ receipts, judgements }: Judgements, attempt: string): readonly Receipt[] {
  return judgements
    .filter((judgement) => judgement.attempt === attempt)
    .map((judgement) => receipts.get(judgement.receipt))
    .filter((receipt) => receipt !== undefined);
}
