import { sameValue } from "../core/facts.ts";
import type { CriterionInput } from "../core/fields.ts";
import { logChange, type Op } from "./op.ts";
import type { TaskRow } from "./task-row.ts";

interface CriterionRow {
  readonly n: number;
  readonly text: string;
  readonly checked: number;
  readonly evidence: string | null;
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
