/**
 * What has to be done in taskwerk so that a plan's tasks are those of the plan as it is now. Pure. What was begun or is
 * over is left alone, and so is every field that somebody changed in taskwerk.
 */

import type { ImportRow } from "@taskwerk/contract/import-tasks";
import { CATEGORY_OF } from "@taskwerk/contract/status";
import type { Plan } from "../model/plan.ts";
import { PLANNED_FIELDS, type PlannedField, printOf } from "./field-prints.ts";
import { depthsOf, MOST_LEVELS, printsIn, rowOfStored, type StoredTask, samePlan } from "./stored-task.ts";
import { externalKeyOf, rowsOf } from "./to-batch.ts";

/** A task that is there already. */
export interface UpdatedTask {
  readonly key: string;
  readonly id: string;
  readonly title: string;
  readonly fields: readonly PlannedField[];
}

/** A task that the plan would change, and why it is not. */
export interface LeftAlone {
  readonly key: string;
  readonly id: string;
  readonly title: string;
  /** What would change; `gone`: the plan does not have it any more; `parts`: new ones in a group that a person cancelled. */
  readonly fields: readonly (PlannedField | "gone" | "parts")[];
  /**
   * `started`: somebody has begun it; `over`: it is done or cancelled; `changed in taskwerk`: somebody has changed these fields
   * there; `holds what stays`: a group that the plan does not have any more, and something in it stays.
   */
  readonly because: "started" | "over" | "changed in taskwerk" | "holds what stays";
}

/** What taskwerk has to do to have what the plan has, and what is left alone. */
export interface PlanUpdate {
  readonly added: readonly { readonly key: string; readonly title: string }[];
  readonly changed: readonly UpdatedTask[];
  /** In taskwerk and no longer in the plan: they are cancelled. */
  readonly orphaned: readonly { readonly key: string; readonly id: string; readonly title: string }[];
  readonly left: readonly LeftAlone[];
  /** Closed in taskwerk, and they must be open first: groups that get something to do, and what the plan has again. */
  readonly reopened: readonly { readonly key: string; readonly id: string; readonly title: string }[];
  /** What it was found out from: revisions of the plan's tasks. */
  readonly basis: readonly string[];
  /** All of it as one batch that updates; empty = nothing to do. */
  readonly rows: readonly (ImportRow & { readonly status_reason?: string })[];
}

/** `started`: ids of tasks that an agent has worked on, whatever their status is now. */
export function updateOf(plan: Plan, stored: readonly StoredTask[], started: ReadonlySet<string>): PlanUpdate {
  const own = stored.filter(({ key }) => key?.startsWith(externalKeyOf(plan, "")));
  const byKey = new Map(own.map((task) => [task.key ?? "", task]));
  const keyOfId = new Map(stored.map(({ id, key }) => [id, key ?? id]));
  const stateOf = (task: StoredTask): "free" | "started" | "over" => {
    if (CATEGORY_OF[task.status] === "closed") return "over";
    return task.status !== "todo" || task.claim !== null || started.has(task.id) ? "started" : "free";
  };
  const rows: (ImportRow & { readonly status_reason?: string })[] = [];
  const added: PlanUpdate["added"][number][] = [];
  const changed: UpdatedTask[] = [];
  const left: LeftAlone[] = [];
  const planned = new Set<string>();
  const reopened = new Map<string, PlanUpdate["reopened"][number]>();
  const parents = new Map(
    plan.tasks.map((task) => [
      externalKeyOf(plan, task.key),
      task.parent === null ? null : externalKeyOf(plan, task.parent),
    ]),
  );
  const reopen = (task: StoredTask): void => {
    reopened.set(task.id, { key: keyIn(plan, task.key ?? ""), id: task.id, title: task.title });
  };
  /** What lies above and is closed, the nearest first. */
  const closedAbove = (key: string): readonly StoredTask[] => {
    const found: StoredTask[] = [];
    for (
      let at = parents.get(key) ?? null, n = 0;
      at !== null && n < MOST_LEVELS;
      at = parents.get(at) ?? null, n += 1
    ) {
      const task = byKey.get(at);
      if (task !== undefined && stateOf(task) === "over") found.push(task);
    }
    return found;
  };
  /** Opens what lies above it; false where a person has cancelled that. */
  const makeRoom = (key: string): boolean => {
    const above = closedAbove(key);
    const cancelled = above.find((task) => task.status === "cancelled" && task.status_reason !== goneReason(plan));
    if (cancelled === undefined) {
      above.forEach(reopen);
      return true;
    }
    const about = { key: keyIn(plan, cancelled.key ?? ""), id: cancelled.id, title: cancelled.title };
    if (!left.some(({ id }) => id === cancelled.id)) left.push({ ...about, fields: ["parts"], because: "over" });
    return false;
  };
  for (const row of rowsOf(plan)) {
    const key = row.key ?? "";
    planned.add(key);
    const task = byKey.get(key);
    if (task === undefined) {
      if (!makeRoom(key)) continue;
      added.push({ key: keyIn(plan, key), title: row.title });
      rows.push(row);
      continue;
    }
    const about = { key: keyIn(plan, key), id: task.id, title: row.title };
    if (task.status === "cancelled" && task.status_reason === goneReason(plan)) {
      // An update cancelled it, and the plan has it again.
      if (!makeRoom(key)) continue;
      const now = rowOfStored(task, keyOfId);
      const fields = PLANNED_FIELDS.filter((field) => printOf(row, field) !== printOf(now, field));
      reopen(task);
      changed.push({ ...about, fields });
      rows.push(updating(row, task, fields));
      continue;
    }
    const prints = printsIn(task);
    const now = rowOfStored(task, keyOfId);
    // Without a print nobody knows what the plan said then: the task itself is what it said.
    const was = (field: PlannedField): string => prints[field] ?? printOf(now, field);
    const differs = PLANNED_FIELDS.filter(
      (field) => printOf(row, field) !== was(field) && printOf(row, field) !== printOf(now, field),
    );
    const theirs = differs.filter((field) => field !== "status" && printOf(now, field) !== was(field));
    const ours = differs.filter((field) => !theirs.includes(field));
    const state = stateOf(task);
    if (state !== "free") {
      if (differs.length > 0) left.push({ ...about, fields: differs, because: state });
      continue;
    }
    if (theirs.length > 0) left.push({ ...about, fields: theirs, because: "changed in taskwerk" });
    if (ours.length > 0) changed.push({ ...about, fields: ours });
    if (ours.includes("parent")) makeRoom(key);
    if (ours.length > 0 || !samePlan(row, task)) rows.push(updating(row, task, ours));
  }
  const depths = depthsOf(own);
  // taskwerk lists by urgency, so that a group may come behind its parts.
  const orphans = own
    .filter(({ key }) => !planned.has(key ?? ""))
    .toSorted((a, b) => (depths.get(a.id) ?? 0) - (depths.get(b.id) ?? 0));
  const staying = new Set(orphans.filter((task) => stateOf(task) === "started").map(({ id }) => id));
  const orphaned: PlanUpdate["orphaned"][number][] = [];
  // Parts before their groups: a group is only closed when nothing in it is open.
  for (const task of orphans.toReversed()) {
    const key = keyIn(plan, task.key ?? "");
    const about = { key, id: task.id, title: task.title };
    const state = stateOf(task);
    if (state === "over") continue;
    const holds = task.children.some(
      (id) => staying.has(id) || planned.has(keyOfId.get(id) ?? "") || !byKey.has(keyOfId.get(id) ?? ""),
    );
    if (state === "started" || holds) {
      staying.add(task.id);
      left.push({ ...about, fields: ["gone"], because: state === "started" ? state : "holds what stays" });
      continue;
    }
    orphaned.unshift(about);
    rows.push({
      ref: task.key ?? "",
      key: task.key,
      title: task.title,
      status: "cancelled",
      status_reason: goneReason(plan),
    });
  }
  return {
    added,
    changed,
    orphaned,
    left,
    reopened: [...reopened.values()],
    basis: own.map(({ id, rev }) => `${id}@${rev}`),
    rows,
  };
}

const goneReason = ({ id }: Plan): string => `plan ${id} does not have it any more`;

const keyIn = (plan: Plan, key: string): string => key.slice(plan.id.length + 1);

/** A row that changes these fields and nothing else. */
function updating(row: ImportRow, task: StoredTask, fields: readonly PlannedField[]): ImportRow {
  const picked = Object.fromEntries(fields.map((field) => [field, row[field] ?? emptied(field)]));
  return {
    ref: row.ref,
    key: row.key,
    title: task.title,
    ...picked,
    metadata: { ...task.metadata, ...row.metadata },
  };
}

const emptied = (field: PlannedField): unknown =>
  field === "description" || field === "type" || field === "estimate_minutes" || field === "parent" ? null : [];
