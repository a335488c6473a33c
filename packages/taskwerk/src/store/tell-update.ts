import { shownValue } from "../core/log-values.ts";
import { cutText } from "./cut-text.ts";
import { emit, type Op } from "./op.ts";
import type { TaskRow } from "./task-row.ts";

/** Tells that columns of a task changed: which, what they were and what they are. */
export function tellUpdate(
  op: Op,
  before: TaskRow,
  after: TaskRow,
  fields: readonly (keyof TaskRow)[],
  more: Readonly<Record<string, unknown>> = {},
): void {
  const shown = (row: TaskRow) =>
    Object.fromEntries(fields.map((name) => [name, cut(shownValue(name, row[name], ID))]));
  emit(op, "task.updated", after.id, { fields, before: shown(before), after: shown(after), ...more });
}

/** A change of parent has an event of its own. */
const ID = (): null => null;

const cut = (value: unknown): unknown => (typeof value === "string" ? cutText(value) : value);

/** Lists that hang on a task. */
export type Hanging = "links" | "acceptance" | "notes";

/** What hangs on a task now: its links, its criteria, the ids of its notes. */
export async function readHanging(
  { tx }: Op,
  { seq }: Pick<TaskRow, "seq">,
  fields: readonly Hanging[],
): Promise<Readonly<Record<string, unknown>>> {
  const found: Record<string, unknown> = {};
  for (const field of fields) {
    const rows = await tx.all<Record<string, unknown>>(HANGING[field], [seq]);
    found[field] = rows.map((row) => ("checked" in row ? { ...row, checked: row.checked === 1 } : (row.id ?? row)));
  }
  return found;
}

const HANGING: Readonly<Record<Hanging, string>> = {
  links: "select type, target from links where task = ? order by n",
  acceptance: "select n, text, checked, evidence from criteria where task = ? order by n",
  notes: "select id from notes where task = ? order by seq",
};
