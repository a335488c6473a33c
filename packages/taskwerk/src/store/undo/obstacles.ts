import type { UndoConflict } from "@taskwerk/contract/log";
import { type Fact, factKey, sameValue } from "../../core/facts.ts";
import { isClaimed } from "../claims.ts";
import type { Op } from "../op.ts";
import type { OpRow } from "../op-log.ts";
import type { TaskRow } from "../task-row.ts";
import type { LaterChanges } from "./later-changes.ts";
import { isRestorable, isUnlogged } from "./restorable.ts";

/** What is to be taken back of one task: facts, and the row as it is now. */
export interface Taken {
  readonly row: TaskRow;
  readonly facts: readonly Fact[];
}

/** Says that a fact cannot be taken back. `by` is the later operation, if it is one. */
export const conflict = (row: TaskRow, field: string, reason: string, by: OpRow | null): UndoConflict => ({
  task: row.id,
  field,
  reason,
  op: by?.op ?? null,
  actor: by?.actor ?? null,
  at: by?.at ?? null,
});

/** The facts of one task that still have to be taken back, and what stands in the way of others. */
export async function examine(
  op: Op,
  { row, facts }: Taken,
  later: LaterChanges,
  isOwnClaim: boolean,
): Promise<{ readonly open: readonly Fact[]; readonly conflicts: readonly UndoConflict[] }> {
  const created = facts.find(({ kind }) => kind === "created");
  if (row.purged_at !== null) return { open: [], conflicts: [conflict(row, "task", "was purged", null)] };
  if (created) {
    if (row.deleted_at !== null) return goneAlready(row, facts, created, later);
    const by = later.standingOf(row.uid);
    const conflicts = [
      ...(by ? [conflict(row, "task", "was changed since", by)] : []),
      ...claimed(op, row, isOwnClaim),
    ];
    return { open: [created], conflicts };
  }
  const open: Fact[] = [];
  const conflicts: UndoConflict[] = [];
  if (row.deleted_at !== null && !facts.some(({ kind, name }) => kind === "column" && name === "deleted_at")) {
    const by = later.last(factKey({ subject: row.uid, kind: "column", name: "deleted_at" }));
    if (by) return { open, conflicts: [conflict(row, "deleted", "was deleted since", by)] };
  }
  for (const fact of facts) {
    const field = fieldOf(fact);
    if (fact.kind === "column" && !isRestorable(fact.name)) {
      if (!isUnlogged(fact.name)) conflicts.push(conflict(row, field, "cannot be taken back", null));
      continue;
    }
    const now = await currentValue(op, row, fact);
    if (sameValue(now, wantedValue(fact))) continue;
    const standing = later.standing(factKey(fact));
    const lenient = fact.kind === "column" && isUnlogged(fact.name);
    if (standing || !(lenient || sameValue(now, seenValue(fact)))) {
      conflicts.push(conflict(row, field, "was changed since", standing ?? later.last(factKey(fact))));
    } else open.push(fact);
  }
  if (open.some(({ kind, name }) => kind === "column" && HELD_BY_CLAIM.has(name))) {
    conflicts.push(...claimed(op, row, isOwnClaim));
  }
  return { open, conflicts };
}

/** What must not change under a live claim without its holder. */
const HELD_BY_CLAIM: ReadonlySet<string> = new Set(["status", "claim_by", "deleted_at", "archived_at"]);

function claimed(op: Op, row: TaskRow, isOwnClaim: boolean): readonly UndoConflict[] {
  if (!isClaimed(row, op.at) || isOwnClaim || row.claim_by === op.actor) return [];
  return [conflict(row, "claim", `is claimed by ${row.claim_by}`, null)];
}

/** A task that came to be in what is taken back, and was deleted: by that too, or by somebody since. */
function goneAlready(row: TaskRow, facts: readonly Fact[], created: Fact, later: LaterChanges) {
  const own = facts.some(({ name, after }) => name === "deleted_at" && after === row.deleted_at);
  if (own) return { open: [], conflicts: [] };
  const by = later.last(factKey({ ...created, kind: "column", name: "deleted_at" }));
  return { open: [], conflicts: [conflict(row, "deleted", "was deleted since", by)] };
}

const fieldOf = ({ kind, name }: Fact): string =>
  ({ tag: "tags", dep: "depends_on", note: "notes", link: "links", criterion: "acceptance" })[kind as string] ?? name;

/** What is there now, in the form that facts have. */
async function currentValue({ tx }: Op, row: TaskRow, { kind, name }: Fact): Promise<unknown> {
  const { seq } = row;
  switch (kind) {
    case "column":
      return row[name as keyof TaskRow];
    case "tag":
      return (await tx.get("select 1 from tags where task = ? and tag = ?", [seq, name])) !== undefined;
    case "dep":
      return (
        (await tx.get("select 1 from deps where task = ? and blocker = (select seq from tasks where uid = ?)", [
          seq,
          name,
        ])) !== undefined
      );
    case "note":
      return (await tx.get("select id, type, text from notes where task = ? and id = ?", [seq, name])) ?? null;
    case "link":
      return (await tx.get("select n, type, target from links where task = ? and n = ?", [seq, Number(name)])) ?? null;
    case "criterion":
      return (
        (await tx.get("select n, text, checked, evidence from criteria where task = ? and n = ?", [
          seq,
          Number(name),
        ])) ?? null
      );
    default:
      throw new Error(`a fact of kind ${kind} has no value now`);
  }
}

/** Notes are known by what they say; when and by whom they were written is not what can change. */
const noteOf = (value: unknown): unknown => {
  if (value === null || typeof value !== "object") return value ?? null;
  const { id, type, text } = value as Record<string, unknown>;
  return { id, type, text };
};
const seenValue = ({ kind, after }: Fact): unknown => (kind === "note" ? noteOf(after) : after);
const wantedValue = ({ kind, before }: Fact): unknown => (kind === "note" ? noteOf(before) : before);
