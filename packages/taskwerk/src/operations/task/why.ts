import type { Hindrance, WhyNode } from "@taskwerk/contract/graph";
import { isClosed } from "../../core/moves.ts";
import { isClaimed } from "../../store/claims.ts";
import { findAnyTask } from "../../store/find-task.ts";
import { type HindranceRow, hindrancesOf } from "../../store/hindrances.ts";
import type { Reader } from "../../store/open.ts";
import type { TaskRow } from "../../store/task-row.ts";
import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";

/** The proof of why a task is not ready: what it waits for, why that is not done, and so on down to what can move. */
export const whyTask: OperationOf<"task.why"> = {
  input: () => import("@taskwerk/contract/graph").then((m) => m.WhyTask),
  run: (context, { id }) =>
    look(context, async (reader) => {
      const row = await findAnyTask(reader, context.store.prefix, id);
      const proof: Proof = { reader, at: context.now().toISOString(), told: new Set(), ends: new Set() };
      const node = await tell(proof, row);
      proof.ends.delete(row.id);
      return { data: { ...node, ends: [...proof.ends] } };
    }),
};

interface Proof {
  readonly reader: Reader;
  readonly at: string;
  readonly told: Set<number>;
  readonly ends: Set<string>;
}

/** As many tasks are told with their reasons. */
const MOST_TOLD = 200;

async function tell(proof: Proof, row: TaskRow, asHolder = false): Promise<WhyNode> {
  const { id, title, status, claim_by, claim_until } = row;
  const claim = claim_by !== null && isClaimed(row, proof.at) ? { by: claim_by, lease_until: claim_until! } : null;
  const said = { id, title, status, claim, ready: false, because: [], above: false, cut: false };
  if (proof.told.has(row.seq)) return { ...said, above: true };
  if (proof.told.size >= MOST_TOLD) return { ...said, cut: true };
  proof.told.add(row.seq);
  const all = await hindrancesOf(proof.reader, row, proof.at);
  const because: Hindrance[] = [];
  for (const one of all) {
    // What holds a subtree is what its top waits for, and not what lies below that.
    if (asHolder && (one.kind === "child" || one.kind === "group")) continue;
    because.push(...(await reasonsOf(proof, row, one)));
  }
  if (!isClosed(status) && !because.some((one) => "task" in one)) proof.ends.add(id);
  return { ...said, because, ready: all.length === 0 };
}

async function reasonsOf(proof: Proof, row: TaskRow, one: HindranceRow): Promise<readonly Hindrance[]> {
  switch (one.kind) {
    case "status":
      return [{ kind: one.kind, status: row.status, reason: row.status_reason }];
    case "claimed":
      return [{ kind: one.kind, by: row.claim_by!, until: row.claim_until! }];
    case "deferred":
      return [{ kind: one.kind, until: row.defer_until! }];
    case "archived":
      return [{ kind: one.kind, at: row.archived_at! }];
    case "deleted":
      return [{ kind: one.kind, at: row.deleted_at! }];
    case "group":
      return [{ kind: one.kind }];
    case "waits_for":
    case "child":
    case "ancestor": {
      const reasons: Hindrance[] = [];
      for (const other of one.rows) {
        reasons.push({ kind: one.kind, task: await tell(proof, other, one.kind === "ancestor") });
      }
      const { kind, total } = one;
      const left = total - one.rows.length;
      if (left > 0 && kind !== "ancestor") {
        const list = `taskwerk list ${kind === "child" ? "parent" : "before"}:${row.id}`;
        reasons.push({ kind: "more", of: kind, left, total, list });
      }
      return reasons;
    }
    default: {
      const never: never = one;
      return never;
    }
  }
}
