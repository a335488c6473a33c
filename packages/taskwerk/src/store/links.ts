import { logChange, type Op } from "./op.ts";
import type { TaskRow } from "./task-row.ts";

/** Kinds of proof that lead somewhere. */
const LINKED = ["commit", "pr", "branch", "url", "file"] as const;

/** Keeps what of the evidence leads somewhere as links of the task, each once. */
export async function addLinks(op: Op, row: TaskRow, evidence: Readonly<Record<string, unknown>>): Promise<void> {
  for (const type of LINKED) {
    const target = Object.hasOwn(evidence, type) ? evidence[type] : undefined;
    if (typeof target !== "string" || target === "") continue;
    await addLink(op, row, type, target);
  }
}

/** Adds one link to a task; false when it has it already. */
export async function addLink(op: Op, row: TaskRow, type: string, target: string): Promise<boolean> {
  const made = await op.tx.get<{ n: number }>(
    `insert into links (task, n, type, target)
     select ?, coalesce(max(n), 0) + 1, ?, ? from links where task = ? on conflict (task, type, target) do nothing
     returning n`,
    [row.seq, type, target, row.seq],
  );
  if (made) logChange(op, "link", row.uid, null, { n: made.n, type, target });
  return made !== undefined;
}
