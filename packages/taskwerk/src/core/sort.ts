import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";

/** What a list can be sorted by. */
export const SORTABLE = [
  "priority",
  "due",
  "defer",
  "created",
  "updated",
  "started",
  "completed",
  "estimate",
  "status",
  "assignee",
  "category",
  "type",
  "title",
  "key",
  "id",
] as const;
export type SortField = (typeof SORTABLE)[number];

/** One thing to sort by; `down` has the greatest first. What has no value comes last either way. */
export interface SortKey {
  readonly field: SortField;
  readonly down: boolean;
}

const MOST = 5;

/**
 * `-priority,due` as keys, the first one first: the most urgent, and among those what is due first. Throws INVALID_QUERY
 * for a field that nothing is sorted by, for one that stands twice, and for more than five.
 */
export function parseSort(text: string): readonly SortKey[] {
  const words = text.split(",", MOST + 2).map((word) => word.trim().toLowerCase());
  if (words.length > MOST) throw wrong(`a list is sorted by at most ${MOST} fields.`, text);
  const keys = words.map(keyOf);
  const twice = keys.find(({ field }, at) => keys.findIndex((one) => one.field === field) < at);
  if (twice) throw wrong(`${twice.field} stands twice in the order.`, text);
  return keys;
}

function keyOf(word: string): SortKey {
  const down = word.startsWith("-");
  const name = word.replace(/^[-+]/, "").replace(/_(at|until|minutes)$/, "");
  const field = SORTABLE.find((one) => one === name);
  if (field) return { field, down };
  const near = nearest(name, SORTABLE);
  throw wrong(`nothing is sorted by "${name}".${near ? ` Did you mean "${near}"?` : ""}`, word, near);
}

const wrong = (message: string, given: string, near: string | null = null): WerkError =>
  new WerkError("INVALID_QUERY", message, {
    hint: `Fields:  ${SORTABLE.join(", ")}   (-priority: the greatest first)`,
    field: "sort",
    given: given.slice(0, 100),
    ...(near ? { candidates: [near] } : {}),
  });
