import { WerkError } from "@taskwerk/contract/errors";
import { sameValue } from "../core/facts.ts";
import type { CriterionInput } from "../core/fields.ts";
import { checkClaim } from "./claims.ts";
import { rowOf } from "./find-task.ts";
import { closesByItself, followClosed } from "./move-task.ts";
import { emit, logChange, type Op } from "./op.ts";
import { isGroup, type TaskRow } from "./task-row.ts";

/** A criterion, as it is stored and as the log keeps it. */
interface CriterionRow {
  readonly n: number;
  readonly text: string;
  readonly checked: number;
  readonly evidence: string | null;
}

/** Adds criteria behind those that are there; a number is given once only while its criterion is there. */
export async function addCriteria(op: Op, row: TaskRow, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    const made = await op.tx.get<CriterionRow>(
      `insert into criteria (task, n, text) select ?, coalesce(max(n), 0) + 1, ? from criteria where task = ?
       returning n, text, checked, evidence`,
      [row.seq, text, row.seq],
    );
    logChange(op, "criterion", row.uid, null, made);
  }
  await count(op, row);
}

/** Says of a criterion whether it holds, and what shows it. False when that was said already. Throws CRITERION_NOT_FOUND. */
export async function checkCriterion(
  op: Op,
  row: TaskRow,
  n: number,
  to: { readonly checked: boolean; readonly evidence: string | null },
): Promise<boolean> {
  const before = await criterionOf(op, row, n);
  const after = { ...before, checked: Number(to.checked), evidence: to.evidence };
  if (before.checked === after.checked && before.evidence === after.evidence) return false;
  await op.tx.run("update criteria set checked = ?, evidence = ? where task = ? and n = ?", [
    after.checked,
    after.evidence,
    row.seq,
    n,
  ]);
  logChange(op, "criterion", row.uid, before, after);
  const said = (one: CriterionRow) => ({ ...one, checked: one.checked === 1 });
  emit(op, "task.criterion_checked", row.id, { n, before: said(before), after: said(after) });
  return true;
}

/** Takes a criterion away; the others keep their numbers. A parent without any is a group again. Throws CRITERION_NOT_FOUND. */
export async function removeCriterion(op: Op, row: TaskRow, n: number): Promise<void> {
  const before = await criterionOf(op, row, n);
  await op.tx.run("delete from criteria where task = ? and n = ?", [row.seq, n]);
  logChange(op, "criterion", row.uid, before, null);
  await count(op, row);
}

/**
 * What a group that has just lost its own criteria does: it closes where nothing in it is open. While a claim on it lives,
 * only with its token. Throws CLAIM_REQUIRED, CLAIM_LOST.
 */
export async function followCriteria(op: Op, seq: number, claim?: string): Promise<void> {
  const row = await rowOf(op.tx, seq);
  if (!closesByItself(row)) return;
  checkClaim(row, claim, op.at, "criteria");
  await followClosed(op, seq, `${row.id} has no criteria of its own`);
}

async function criterionOf(op: Op, row: TaskRow, n: number): Promise<CriterionRow> {
  const found = await op.tx.get<CriterionRow>(
    "select n, text, checked, evidence from criteria where task = ? and n = ?",
    [row.seq, n],
  );
  if (found) return found;
  const all = await op.tx.all<{ n: number }>("select n from criteria where task = ? order by n limit 20", [row.seq]);
  throw new WerkError("CRITERION_NOT_FOUND", `${row.id} has no criterion ${n}.`, {
    hint:
      all.length === 0
        ? `It has none; add one:  taskwerk ac add ${row.id} TEXT`
        : `It has:  ${all.map((one) => one.n).join(", ")}   (taskwerk show ${row.id})`,
    field: "n",
    given: String(n),
  });
}

async function count(op: Op, row: TaskRow): Promise<void> {
  await op.tx.run("update tasks set criteria_count = (select count(*) from criteria where task = seq) where seq = ?", [
    row.seq,
  ]);
  if (isGroup(row)) op.released.add(row.seq);
}

/** Makes a task's criteria these, in this order; false when they are so already. Its `rev` is for the caller to raise. */
export async function setCriteria(
  op: Op,
  row: Pick<TaskRow, "seq" | "uid">,
  criteria: readonly CriterionInput[],
): Promise<boolean> {
  const there = await op.tx.all<CriterionRow>(
    "select n, text, checked, evidence from criteria where task = ? order by n",
    [row.seq],
  );
  const wanted = criteria.map(
    ({ text, checked, evidence }, at): CriterionRow => ({ n: at + 1, text, checked: Number(checked), evidence }),
  );
  const before = new Map(there.map((one) => [one.n, one]));
  const after = new Map(wanted.map((one) => [one.n, one]));
  let changed = false;
  for (const n of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(n) ?? null, after.get(n) ?? null];
    if (sameValue(was, is)) continue;
    changed = true;
    await op.tx.run("delete from criteria where task = ? and n = ?", [row.seq, n]);
    if (is) {
      await op.tx.run("insert into criteria (task, n, text, checked, evidence) values (?, ?, ?, ?, ?)", [
        row.seq,
        n,
        is.text,
        is.checked,
        is.evidence,
      ]);
    }
    logChange(op, "criterion", row.uid, was, is);
  }
  if (changed) await op.tx.run("update tasks set criteria_count = ? where seq = ?", [wanted.length, row.seq]);
  return changed;
}
