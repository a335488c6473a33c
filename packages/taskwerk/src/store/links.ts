import { LINK_TYPES } from "@taskwerk/contract/link-types";
import { logChange, type Op } from "./op.ts";
import type { TaskRow } from "./task-row.ts";

/** Keeps what of the evidence leads somewhere as links of the task, each once. */
export async function addLinks(op: Op, row: TaskRow, evidence: Readonly<Record<string, unknown>>): Promise<void> {
  for (const type of LINK_TYPES) {
    const target = Object.hasOwn(evidence, type) ? evidence[type] : undefined;
    if (typeof target === "string" && target !== "") await addLink(op, row, type, target);
  }
}

/** Adds a link to a task. False when it has it already. */
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

/** Takes a link away. False when there is none. */
export async function removeLink(op: Op, row: TaskRow, type: string, target: string): Promise<boolean> {
  const gone = await op.tx.get<{ n: number }>(
    "delete from links where task = ? and type = ? and target = ? returning n",
    [row.seq, type, target],
  );
  if (gone) logChange(op, "link", row.uid, { n: gone.n, type, target }, null);
  return gone !== undefined;
}
