/** A plan's task as taskwerk has it. Pure. */
import type { ImportRow } from "@taskwerk/contract/import-tasks";
import type { Task } from "@taskwerk/contract/task";
import type { PlannedField } from "./field-prints.ts";

/** What is read of a task in taskwerk. */
export type StoredTask = Pick<
  Task,
  | "id"
  | "key"
  | "title"
  | "description"
  | "type"
  | "status"
  | "status_reason"
  | "priority"
  | "parent"
  | "children"
  | "depends_on"
  | "acceptance"
  | "files"
  | "capabilities"
  | "estimate_minutes"
  | "claim"
  | "metadata"
  | "rev"
>;

/** More levels than tasks have. */
export const MOST_LEVELS = 100;

/** How many of these tasks lie above each. */
export function depthsOf(tasks: readonly StoredTask[]): ReadonlyMap<string, number> {
  const parents = new Map(tasks.map(({ id, parent }) => [id, parent]));
  return new Map(
    tasks.map(({ id }) => {
      let depth = 0;
      for (let at = parents.get(id) ?? null; at !== null && depth < MOST_LEVELS; at = parents.get(at) ?? null)
        depth += 1;
      return [id, depth];
    }),
  );
}

/** A task of taskwerk as the row that it would be. */
export function rowOfStored(task: StoredTask, keyOfId: ReadonlyMap<string, string>): Partial<ImportRow> {
  const named = (id: string): string => keyOfId.get(id) ?? id;
  return {
    title: task.title,
    ...(task.description === null ? {} : { description: task.description }),
    ...(task.type === null ? {} : { type: task.type }),
    priority: task.priority,
    ...(task.parent === null ? {} : { parent: named(task.parent) }),
    depends_on: task.depends_on.map(named),
    acceptance: task.acceptance.map(({ text, checked }) => ({ text, checked })),
    files: [...task.files],
    capabilities: [...task.capabilities],
    ...(task.estimate_minutes === null ? {} : { estimate_minutes: task.estimate_minutes }),
    status: task.status,
  };
}

/** What its fields said when the plan last wrote them. */
export function printsIn({ metadata }: StoredTask): Readonly<Partial<Record<PlannedField, string>>> {
  const about = metadata.plan;
  const prints = typeof about === "object" && about !== null && "prints" in about ? about.prints : null;
  return typeof prints === "object" && prints !== null ? (prints as Partial<Record<PlannedField, string>>) : {};
}

/** What the task knows of its plan is what the plan says now, addresses too. */
export const samePlan = ({ metadata }: ImportRow, task: StoredTask): boolean =>
  JSON.stringify(metadata?.plan) === JSON.stringify(task.metadata.plan);
