/** What differs between two plans. Pure. Addresses are left out: that words stand in another line changes no work. */
import { isDeepStrictEqual } from "node:util";
import type { Plan, PlanTask, Requirement } from "../model/plan.ts";

/** A field that differs. */
export interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** A requirement that is in both plans and says something else. */
export interface RequirementChange {
  readonly id: string;
  readonly text: string;
  readonly source: string;
  readonly fields: readonly FieldChange[];
}

/** A task that is in both plans and says something else. */
export interface TaskChange {
  readonly key: string;
  readonly title: string;
  readonly fields: readonly FieldChange[];
}

/** By id and key; in the order of the newer plan, what is gone in that of the older. */
export interface PlanDiff {
  readonly requirements: {
    readonly added: readonly Requirement[];
    readonly removed: readonly Requirement[];
    readonly changed: readonly RequirementChange[];
  };
  readonly tasks: {
    readonly added: readonly PlanTask[];
    readonly removed: readonly PlanTask[];
    readonly changed: readonly TaskChange[];
  };
  /** Non-goals, questions and assumptions. */
  readonly lists: readonly {
    readonly list: string;
    readonly added: readonly string[];
    readonly removed: readonly string[];
  }[];
  /** Requirements and tasks that only stand elsewhere in their documents. */
  readonly moved: number;
  readonly same: boolean;
}

const LISTS = ["non_goals", "questions", "assumptions"] as const;
const NOT_COMPARED: ReadonlySet<string> = new Set(["id", "key", "source"]);

/** Compares two plans; how their files are written counts for nothing. */
export function diffPlans(before: Plan, after: Plan): PlanDiff {
  const requirements = compare(before.requirements, after.requirements, ({ id }) => id);
  const tasks = compare(before.tasks, after.tasks, ({ key }) => key);
  const lists = LISTS.flatMap((list) => {
    const added = after[list].filter((text) => !before[list].includes(text));
    const removed = before[list].filter((text) => !after[list].includes(text));
    return added.length + removed.length === 0 ? [] : [{ list, added, removed }];
  });
  return {
    requirements: {
      added: requirements.added,
      removed: requirements.removed,
      changed: requirements.changed.map(({ one: { id, text, source }, fields }) => ({ id, text, source, fields })),
    },
    tasks: {
      added: tasks.added,
      removed: tasks.removed,
      changed: tasks.changed.map(({ one: { key, title }, fields }) => ({ key, title, fields })),
    },
    lists,
    moved: requirements.moved + tasks.moved,
    same:
      [requirements, tasks].every((one) => one.added.length + one.removed.length + one.changed.length === 0) &&
      lists.length === 0,
  };
}

interface Compared<T> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
  readonly changed: readonly { readonly one: T; readonly fields: readonly FieldChange[] }[];
  readonly moved: number;
}

function compare<T extends { readonly source: string | null }>(
  before: readonly T[],
  after: readonly T[],
  nameOf: (one: T) => string,
): Compared<T> {
  const old = new Map(before.map((one) => [nameOf(one), one]));
  const names = new Set(after.map(nameOf));
  const changed: { one: T; fields: readonly FieldChange[] }[] = [];
  let moved = 0;
  for (const one of after) {
    const was = old.get(nameOf(one));
    if (was === undefined) continue;
    const fields = fieldChanges(was, one);
    if (fields.length > 0) changed.push({ one, fields });
    else if (was.source !== one.source) moved += 1;
  }
  return {
    added: after.filter((one) => !old.has(nameOf(one))),
    removed: before.filter((one) => !names.has(nameOf(one))),
    changed,
    moved,
  };
}

function fieldChanges(before: object, after: object): readonly FieldChange[] {
  const was = before as Readonly<Record<string, unknown>>;
  return Object.entries(after).flatMap(([field, value]) =>
    NOT_COMPARED.has(field) || isDeepStrictEqual(was[field], value)
      ? []
      : [{ field, before: was[field], after: value }],
  );
}
