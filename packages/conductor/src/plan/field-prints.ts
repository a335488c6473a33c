/** Fields of a task as a few letters each, so that it can be told later which of them has changed, and where. Pure. */
import type { ImportRow } from "@taskwerk/contract/import-tasks";
import { shortHash } from "./slug.ts";

/** The fields of a task in taskwerk that a plan decides. */
export const PLANNED_FIELDS = [
  "title",
  "description",
  "type",
  "priority",
  "parent",
  "depends_on",
  "acceptance",
  "files",
  "capabilities",
  "estimate_minutes",
  "status",
] as const satisfies readonly (keyof ImportRow)[];
/** One of {@link PLANNED_FIELDS}. */
export type PlannedField = (typeof PLANNED_FIELDS)[number];

/** What is compared of a field: what says the same has the same print. */
function saidBy(row: Partial<ImportRow>, field: PlannedField): unknown {
  const value = row[field] ?? null;
  if (field === "acceptance" && Array.isArray(value))
    return value.map((item) => (typeof item === "string" ? item : (item as { text: string }).text));
  if (field === "depends_on" || field === "files" || field === "capabilities")
    return [...((value as string[] | null) ?? [])].sort();
  return value;
}

/** The print of one field; one that is absent says the same as an empty one. */
export const printOf = (row: Partial<ImportRow>, field: PlannedField): string =>
  shortHash(JSON.stringify(saidBy(row, field)), 6);

/** The prints of all of them. */
export const printsOf = (row: Partial<ImportRow>): Readonly<Record<PlannedField, string>> =>
  Object.fromEntries(PLANNED_FIELDS.map((field) => [field, printOf(row, field)])) as Record<PlannedField, string>;
