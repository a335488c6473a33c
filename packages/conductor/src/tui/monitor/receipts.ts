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
  // One that had judged the branch judges the same tree again when it lands: it is one receipt, as it was used last.
  const newest = new Map<string, JudgedReceipt>();
  for (const { attempt, receipt: id, round, at } of state.judgements) {
    const n = attempt === null ? undefined : ids.get(attempt);
    const receipt = state.receipts.get(id);
    if (n === undefined || receipt === undefined) continue;
    const key = `${n} ${id}`;
    newest.delete(key);
    newest.set(key, { receipt, attempt: n, round, at });
  }
  return [...newest.values()].reverse();
}
