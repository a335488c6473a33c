import { printId } from "../core/ids.ts";
import { insertRows } from "./insert-rows.ts";
import { nextSeq, takeNumbers } from "./new-task.ts";
import type { Op } from "./op.ts";
import type { Ties } from "./ties.ts";

/** Where a new row stands: its row number, and its display id; null for one whose parent's id must be known first. */
export interface Numbering {
  readonly seqOf: ReadonlyMap<number, number>;
  /** The id of a row, once the id of its parent is known (null: it has none). */
  readonly idOf: (row: number, parentId: string | null) => string;
}

/** The id without its last number, and that number: `TASK-012.3` is `TASK-012` and 3; of `TASK-012` the first is empty. */
export function partsOf(id: string): { readonly base: string; readonly number: number } {
  const dot = id.lastIndexOf(".");
  if (dot >= 0) return { base: id.slice(0, dot), number: Number(id.slice(dot + 1)) };
  return { base: "", number: Number(id.slice(id.lastIndexOf("-") + 1)) };
}

/**
 * Gives each new row its number under its parent; one statement for every parent that is in the store. Rows that keep
 * the id they had take it, and no other task is ever given such a number again.
 */
export async function numberRows(op: Op, ties: readonly Ties[], order: readonly number[]): Promise<Numbering> {
  const first = await nextSeq(op);
  // In the order of the file, also where a task was moved under one that came later.
  const seqOf = new Map([...order].sort((a, b) => a - b).map((row, at) => [row, first + at]));
  const groups = new Map<string, number[]>();
  const kept = new Map<string, number>();
  for (const row of order) {
    const { parent, storedParent, keptId } = ties[row]!;
    if (keptId !== null) {
      keep(kept, keptId);
      continue;
    }
    const group = parent === null ? `stored ${storedParent?.seq ?? 0}` : `row ${parent}`;
    const members = groups.get(group) ?? [];
    members.push(row);
    groups.set(group, members);
  }
  const fresh = await countKept(op, ties, order, { seqOf, kept, isEmpty: first === 1 });
  const numbers = new Map<number, number>();
  for (const [group, members] of groups) {
    const [kind, name] = group.split(" ");
    const parent = kind === "row" ? seqOf.get(Number(name))! : Number(name);
    let start = 1;
    if (kind === "row") {
      start = (fresh.get(parent) ?? 0) + 1;
      fresh.set(parent, start + members.length - 1);
    } else start = await takeNumbers(op, parent, members.length);
    for (const [at, row] of members.entries()) numbers.set(row, start + at);
  }
  await insertRows(op.tx, "id_counters", ["parent", "last"], fresh);
  return {
    seqOf,
    idOf: (row, parentId) =>
      ties[row]!.keptId ??
      (parentId === null ? printId(op.prefix, [numbers.get(row)!]) : `${parentId}.${numbers.get(row)}`),
  };
}

/** Notes the number of an id, and those of all that its id lies below: they need not be there. */
function keep(kept: Map<string, number>, id: string): void {
  for (let at = id; at !== ""; ) {
    const { base, number } = partsOf(at);
    const known = kept.get(base);
    kept.set(base, Math.max(known ?? 0, number));
    if (known !== undefined) return;
    at = base;
  }
}

/**
 * Sees to it that no number is given again that a kept id has, or that the store has below an id that comes now. Raises
 * the counters of tasks that are there; gives those of the new rows.
 */
async function countKept(
  op: Op,
  ties: readonly Ties[],
  order: readonly number[],
  {
    seqOf,
    kept,
    isEmpty,
  }: {
    readonly seqOf: ReadonlyMap<number, number>;
    readonly kept: ReadonlyMap<string, number>;
    readonly isEmpty: boolean;
  },
): Promise<Map<number, number>> {
  const fresh = new Map<number, number>();
  const ids = order.flatMap((row) => ties[row]!.keptId ?? []);
  if (ids.length === 0) return fresh;
  const rowOfId = new Map(
    order.flatMap((row) => (ties[row]!.keptId === null ? [] : [[ties[row]!.keptId, row] as const])),
  );
  const stored: [string, number][] = [];
  for (const [base, last] of kept) {
    const row = rowOfId.get(base);
    if (row !== undefined) fresh.set(seqOf.get(row)!, last);
    else stored.push([base, last]);
  }
  await op.tx.run(
    `insert into id_counters (parent, last)
     select iif(value ->> 0 = '', 0, t.seq), value ->> 1
     from json_each(?) left join tasks t on t.id = value ->> 0
     where value ->> 0 = '' or t.seq is not null
     on conflict (parent) do update set last = max(last, excluded.last)`,
    [JSON.stringify(stored)],
  );
  if (isEmpty) return fresh;
  // A part may have come before the whole did.
  const below = await op.tx.lists<readonly [string, string]>(
    `select i.value, t.id from json_each(?) i join tasks t on t.id > i.value || '.' and t.id < i.value || '/'`,
    [JSON.stringify(ids)],
  );
  for (const [base, id] of below) {
    const number = Number.parseInt(id.slice(base.length + 1), 10);
    const seq = seqOf.get(rowOfId.get(base)!)!;
    fresh.set(seq, Math.max(fresh.get(seq) ?? 0, number));
  }
  return fresh;
}
