import type { Reader } from "@taskwerk/sqlite/database";
import { claimOver } from "./claim-words.ts";
import { emit, type Op } from "./op.ts";
import type { TaskRow } from "./task-row.ts";

const KEY = "told_until";

/** Up to which moment it has been told what time alone does: leases that end, dates that pass. "" for never. */
export const toldUntil = async (reader: Reader): Promise<string> =>
  (await reader.get<{ value: string }>("select value from settings where key = ?", [KEY]))?.value ?? "";

/** Tells that a claim ran out, if it did and nobody has told of it. */
export async function tellExpired(op: Op, row: TaskRow): Promise<void> {
  if (row.claim_until === null || row.claim_until > op.at) return;
  if (row.claim_until > (await toldUntil(op.tx))) emit(op, "task.claim_expired", row.id, claimOver(row));
}

/** True for a task that was put off, as far as anybody has been told. */
export const wasDeferred = async (op: Op, row: TaskRow): Promise<boolean> =>
  row.defer_until !== null && row.defer_until > (await toldUntil(op.tx));

const EXPIRED =
  "select * from tasks where claim_until is not null and claim_until > ? and claim_until <= ? and deleted_at is null";
const DUE =
  "select seq from tasks where candidate = 1 and defer_until is not null and defer_until > ? and defer_until <= ?";

/** True when time has done something since that nobody was told of; or when the clock was set back, which is set right. */
export async function hasPassed(reader: Reader, at: string): Promise<boolean> {
  const told = await toldUntil(reader);
  if (told > at) return true;
  const found = await reader.get(`select 1 where exists (${EXPIRED}) or exists (${DUE})`, [told, at, told, at]);
  return found !== undefined;
}

/** Tells of every claim that ran out since the last time, and of every task that is ready because of it or of its date. */
export async function tellPassed(op: Op): Promise<void> {
  const told = await toldUntil(op.tx);
  for (const row of await op.tx.all<TaskRow>(`${EXPIRED} order by claim_until, seq`, [told, op.at])) {
    emit(op, "task.claim_expired", row.id, claimOver(row));
    op.maybeReady.add(row.seq);
  }
  for (const { seq } of await op.tx.all<{ seq: number }>(DUE, [told, op.at])) op.maybeReady.add(seq);
  await op.tx.run(
    "insert into settings (key, value) values (?, ?) on conflict (key) do update set value = excluded.value",
    [KEY, op.at],
  );
}
