import { isRecord } from "../../core/check-value.ts";
import { joined, type ReadRows, restOf, saying, tagsOf } from "./read-file.ts";

const STATUSES: Readonly<Record<string, string>> = {
  pending: "todo",
  todo: "todo",
  "in-progress": "in-progress",
  in_progress: "in-progress",
  review: "review",
  done: "done",
  completed: "done",
  blocked: "blocked",
  deferred: "paused",
  cancelled: "cancelled",
};
const KNOWN: ReadonlySet<string> = new Set([
  "id",
  "title",
  "description",
  "details",
  "testStrategy",
  "status",
  "priority",
  "dependencies",
  "subtasks",
  "parentTaskId",
  "parentId",
  "metadata",
  "acceptanceCriteria",
  "assignee",
  "tags",
  "labels",
  "createdAt",
  "updatedAt",
]);

type Obj = Readonly<Record<string, unknown>>;

/** True for a file of task-master: `{"master":{"tasks":[…]}}`, or `{"tasks":[…]}` with numbers for ids and its own fields. */
export function isTaskMaster(value: unknown): boolean {
  return contextsIn(value).some(({ tasks }) => tasks.some(looksSo));
}

const looksSo = (task: unknown): boolean =>
  isRecord(task) &&
  !("uid" in task) &&
  (typeof task.id === "number" || (typeof task.id === "string" && /^\d+$/.test(task.id))) &&
  ["subtasks", "testStrategy", "details", "dependencies"].some((name) => name in task);

interface Context {
  /** null for a file without contexts. */
  readonly tag: string | null;
  readonly tasks: readonly unknown[];
}

function contextsIn(value: unknown): readonly Context[] {
  if (!isRecord(value)) return [];
  if (Array.isArray(value.tasks)) return [{ tag: null, tasks: value.tasks }];
  return Object.entries(value).flatMap(([tag, one]) =>
    isRecord(one) && Array.isArray(one.tasks) ? [{ tag, tasks: one.tasks }] : [],
  );
}

/**
 * Tasks of task-master, its subtasks below them. A context (tag) other than `master` becomes a tag; the key of each task says
 * where it came from, so that it is imported once.
 */
export function readTaskMaster(value: unknown): ReadRows {
  const rows: unknown[] = [];
  const places: string[] = [];
  const contexts = contextsIn(value);
  for (const { tag, tasks } of contexts) {
    const at = tag === null ? "tasks" : `${tag}.tasks`;
    for (const [n, task] of tasks.entries()) addTask(task, `${at}[${n}]`, { tag: tag ?? "master", parent: null });
  }
  const names = new Set(rows.flatMap((row) => (isRecord(row) ? [String(row.ref)] : [])));
  return { rows: rows.map((row) => withKnown(row, names)), places };

  function addTask(
    task: unknown,
    place: string,
    above: { readonly tag: string; readonly parent: string | null },
  ): void {
    places.push(place);
    if (!isRecord(task)) {
      rows.push(task);
      return;
    }
    const own = String(task.id ?? "");
    const id = above.parent === null || own.includes(".") ? own : `${above.parent}.${own}`;
    rows.push(rowOf(task, id, above));
    if (!Array.isArray(task.subtasks)) return;
    for (const [n, one] of task.subtasks.entries())
      addTask(one, `${place}.subtasks[${n}]`, { tag: above.tag, parent: id });
  }
}

const refOf = (tag: string, id: string): string => `${tag}/${id}`;

function rowOf(task: Obj, id: string, { tag, parent }: { readonly tag: string; readonly parent: string | null }): Obj {
  const rest = restOf(task, KNOWN);
  const priority = task.priority === "urgent" ? "critical" : task.priority;
  const tags = [...tagsOf(task.tags ?? task.labels), ...(tag === "master" ? [] : tagsOf([tag]))];
  const status = String(task.status ?? "pending");
  return saying({
    ref: refOf(tag, id),
    key: `task-master:${refOf(tag, id)}`,
    title: task.title,
    description: joined([
      [null, task.description],
      ["Details", task.details],
      ["Test strategy", task.testStrategy],
    ]),
    status: STATUSES[status] ?? status,
    priority,
    assignee: task.assignee,
    ...(tags.length > 0 ? { tags } : {}),
    parent: parent === null ? undefined : refOf(tag, parent),
    depends_on: dependenciesOf(task.dependencies, tag, parent),
    acceptance: criteriaOf(task.acceptanceCriteria),
    created_at: task.createdAt,
    updated_at: task.updatedAt,
    ...(isRecord(task.metadata) || rest
      ? { metadata: { ...(isRecord(task.metadata) ? task.metadata : {}), ...(rest ? { task_master: rest } : {}) } }
      : {}),
  });
}

/** A bare number of a subtask means one beside it, `1.2` a subtask of another task. */
function dependenciesOf(list: unknown, tag: string, parent: string | null): readonly string[] | undefined {
  if (!Array.isArray(list) || list.length === 0) return undefined;
  return list.map((one) => refOf(tag, parent === null || String(one).includes(".") ? String(one) : `${parent}.${one}`));
}

/** A bare number that no subtask beside it has means a task. */
function withKnown(row: unknown, names: ReadonlySet<string>): unknown {
  if (!isRecord(row) || !Array.isArray(row.depends_on)) return row;
  const known = row.depends_on.map((name: string) => {
    const top = name.replace(/\/.*\.(\d+)$/, "/$1");
    return !names.has(name) && names.has(top) ? top : name;
  });
  // A part never waits for the whole it is a part of.
  return { ...row, depends_on: known.filter((name) => name !== row.parent && name !== row.ref) };
}

const criteriaOf = (value: unknown): readonly string[] | undefined => {
  const lines = Array.isArray(value) ? value.map(String) : typeof value === "string" ? value.split("\n") : [];
  const said = lines.flatMap((line) => line.replace(/^\s*[-*\d.)]*\s*(?:\[[ xX]\])?\s*/, "").trim() || []);
  return said.length > 0 ? said : undefined;
};
