/** The receipts of a task, the newest first. Pure. */
import type { Receipt } from "../../model/gate.ts";
import type { MonitorState } from "./state.ts";

export interface JudgedReceipt {
  readonly receipt: Receipt;
  /** Which attempt, and which round of gates in it, from 1. */
  readonly attempt: number;
  readonly round: number;
  /** When it was used to judge, RFC 3339: a receipt may be older than that. */
  readonly at: string;
}

/** Of the task where the reader is; none where no gate has run for it. */
export function receiptsAt({ look, task }: Pick<MonitorState, "look" | "task">): readonly JudgedReceipt[] {
  const { state } = look;
  const ids = new Map(
    (task === null ? [] : (state.attemptsByTask.get(task) ?? [])).map((id) => [id, state.attempts.get(id)?.n ?? 0]),
  );
  if (ids.size === 0) return [];
  return state.judgements
    .flatMap(({ attempt, receipt: id, round, at }) => {
      const n = attempt === null ? undefined : ids.get(attempt);
      const receipt = state.receipts.get(id);
      return n === undefined || receipt === undefined ? [] : [{ receipt, attempt: n, round, at }];
    })
    .reverse();
}
