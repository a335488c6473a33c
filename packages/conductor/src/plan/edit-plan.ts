/**
 * What a person can do to a plan while reviewing it. Pure: an edit gives a new plan, or says why not. None of them brings in
 * an error that was not there, and what a plan had of other errors they leave alone.
 */
import { PRIORITIES } from "@taskwerk/contract/status";
import { blankTask } from "../model/blank-task.ts";
import type { Plan, PlanFinding, PlanTask } from "../model/plan.ts";
import { errorsOf } from "./check.ts";
import { PlanTaskSchema } from "./plan-schema.ts";
import { slugOf } from "./slug.ts";
import { blockOf, insertBlock, withoutBlock } from "./task-blocks.ts";

/** The fields of a task that are edited by themselves; key, parent and dependencies have edits of their own. */
export const EDITABLE = [
  "title",
  "description",
  "type",
  "acceptance",
  "requirements",
  "capabilities",
  "files",
  "estimate_minutes",
  "complexity",
  "priority",
  "confidence",
  "questions",
  "done",
] as const satisfies readonly (keyof PlanTask)[];
/** One of {@link EDITABLE}. */
export type EditableField = (typeof EDITABLE)[number];

/** One part of a task that is split; acceptance by number, from 0. */
export interface SplitPart {
  readonly title: string;
  readonly acceptance?: readonly number[];
}

/** Tasks are named by their keys. */
export type PlanEdit =
  /** Another value for one field. */
  | { readonly kind: "set"; readonly task: string; readonly field: EditableField; readonly value: unknown }
  /** A new task, last in its group; its key is made from the title. */
  | {
      readonly kind: "add";
      readonly title: string;
      readonly parent: string | null;
      readonly requirements?: readonly string[];
    }
  /** The others become part of the first: what they say is added to it, and who waited for them waits for it. */
  | { readonly kind: "merge"; readonly tasks: readonly string[] }
  /** The task becomes a group of these parts, each waiting for the one before where `chained`. */
  | { readonly kind: "split"; readonly task: string; readonly parts: readonly SplitPart[]; readonly chained?: boolean }
  /** The task and what is under it go; who waited for it waits for what it waited for. */
  | { readonly kind: "drop"; readonly task: string }
  /** Before a sibling, or last among them (null). */
  | { readonly kind: "reorder"; readonly task: string; readonly before: string | null }
  | { readonly kind: "add-dependency"; readonly task: string; readonly on: string }
  | { readonly kind: "remove-dependency"; readonly task: string; readonly on: string }
  /** Into another group, last in it; null = to the top. */
  | { readonly kind: "reparent"; readonly task: string; readonly parent: string | null }
  /** A question is settled: it goes, and the answer stands among the assumptions. `task` null: a question of the plan. */
  | { readonly kind: "answer"; readonly task: string | null; readonly question: number; readonly answer: string };

/** `refused`: the plan stays as it is, for this reason; `findings` are the errors that the edit would have brought in. */
export type Edited =
  | { readonly outcome: "edited"; readonly plan: Plan }
  | { readonly outcome: "refused"; readonly reason: string; readonly findings: readonly PlanFinding[] };

/** Does one edit. */
export function editPlan(plan: Plan, edit: PlanEdit): Edited {
  try {
    const next = changed(plan, edit);
    const had = new Set(errorsOf(plan).map(nameOf));
    const findings = errorsOf(next).filter((finding) => !had.has(nameOf(finding)));
    const [first] = findings;
    return first === undefined
      ? { outcome: "edited", plan: next }
      : { outcome: "refused", reason: first.message, findings };
  } catch (error) {
    if (error instanceof Refused) return { outcome: "refused", reason: error.message, findings: [] };
    throw error;
  }
}

const nameOf = ({ rule, about }: PlanFinding): string => [rule, ...about].join(" ");

class Refused extends Error {}

function changed(plan: Plan, edit: PlanEdit): Plan {
  switch (edit.kind) {
    case "set":
      return withTask(plan, edit.task, (task) => setField(task, edit.field, edit.value));
    case "add":
      return add(plan, edit);
    case "merge":
      return merge(plan, edit.tasks);
    case "split":
      return split(plan, edit);
    case "drop":
      return drop(plan, edit.task);
    case "reorder":
      return reorder(plan, edit.task, edit.before);
    case "add-dependency":
      return addDependency(plan, edit.task, edit.on);
    case "remove-dependency":
      return withTask(plan, edit.task, (task) => {
        if (!task.depends_on.includes(edit.on)) throw new Refused(`${task.key} does not depend on ${edit.on}`);
        return { ...task, depends_on: task.depends_on.filter((key) => key !== edit.on) };
      });
    case "reparent":
      return reparent(plan, edit.task, edit.parent);
    case "answer":
      return answer(plan, edit);
    default:
      return edit satisfies never;
  }
}

function taskOf({ tasks }: Plan, key: string): PlanTask {
  const task = tasks.find((one) => one.key === key);
  if (task === undefined) throw new Refused(`there is no task ${key}`);
  return task;
}

function withTask(plan: Plan, key: string, change: (task: PlanTask) => PlanTask): Plan {
  taskOf(plan, key);
  return { ...plan, tasks: plan.tasks.map((task) => (task.key === key ? change(task) : task)) };
}

function setField(task: PlanTask, field: EditableField, value: unknown): PlanTask {
  const parsed = PlanTaskSchema.shape[field].safeParse(value);
  if (!EDITABLE.includes(field) || !parsed.success)
    throw new Refused(`${field} of ${task.key}: ${parsed.error?.issues[0]?.message ?? "it cannot be set"}`);
  return { ...task, [field]: parsed.data };
}

function add(plan: Plan, { title, parent, requirements = [] }: Extract<PlanEdit, { kind: "add" }>): Plan {
  if (parent !== null) taskOf(plan, parent);
  const own = slugOf(title, 32);
  const key = freeKey(plan, parent === null ? own : `${parent}.${own}`);
  return { ...plan, tasks: insertBlock(plan.tasks, [blankTask(key, title, { parent, requirements })], parent, null) };
}

function freeKey({ tasks }: Plan, wanted: string): string {
  const taken = new Set(tasks.map(({ key }) => key));
  let key = wanted;
  for (let n = 2; taken.has(key); n += 1) key = `${wanted}-${n}`;
  return key;
}

const CONFIDENCE_ORDER: readonly PlanTask["confidence"][] = ["low", "medium", "high"];

function merge(plan: Plan, keys: readonly string[]): Plan {
  const [into, ...rest] = [...new Set(keys)].map((key) => taskOf(plan, key));
  if (into === undefined || rest.length === 0) throw new Refused("two tasks are needed to merge them");
  for (const task of rest) {
    const under = new Set(blockOf(plan.tasks, task.key).map(({ key }) => key));
    if (under.has(into.key)) throw new Refused(`${into.key} is part of ${task.key}: merge that into its group instead`);
    if (!task.done && into.done) throw new Refused(`${into.key} is done and ${task.key} is not`);
  }
  const all = [into, ...rest];
  const gone = new Set(rest.map(({ key }) => key));
  const united = <T>(pick: (task: PlanTask) => readonly T[]): readonly T[] => [
    ...new Map(all.flatMap(pick).map((one) => [JSON.stringify(one), one])).values(),
  ];
  const renamed = (key: string): string => (gone.has(key) ? into.key : key);
  const minutes = all.map(({ estimate_minutes }) => estimate_minutes);
  const merged: PlanTask = {
    ...into,
    description: united(({ description }) => (description === "" ? [] : [description])).join("\n\n"),
    acceptance: united(({ acceptance }) => acceptance),
    depends_on: united(({ depends_on }) => depends_on),
    requirements: united(({ requirements }) => requirements),
    capabilities: united(({ capabilities }) => capabilities),
    files: united(({ files }) => files),
    questions: united(({ questions }) => questions),
    estimate_minutes: minutes.some((one) => one === null)
      ? null
      : minutes.reduce<number>((sum, n) => sum + (n ?? 0), 0),
    complexity: all.some(({ complexity }) => complexity === null)
      ? null
      : Math.max(...all.map(({ complexity }) => complexity ?? 1)),
    priority: first(
      PRIORITIES,
      all.map(({ priority }) => priority),
    ),
    confidence: first(
      CONFIDENCE_ORDER,
      all.map(({ confidence }) => confidence),
    ),
    source: into.source ?? rest.find(({ source }) => source !== null)?.source ?? null,
    quote: into.quote ?? rest.find(({ quote }) => quote !== null)?.quote ?? null,
  };
  const tasks = plan.tasks
    .filter(({ key }) => !gone.has(key))
    .map((task) => (task.key === into.key ? merged : task))
    .map((task) => ({
      ...task,
      parent: task.parent === null ? null : renamed(task.parent),
      depends_on: [...new Set(task.depends_on.map(renamed))].filter((key) => key !== task.key),
    }));
  return { ...plan, tasks };
}

const first = <T>(order: readonly T[], some: readonly T[]): T => order.find((one) => some.includes(one)) ?? some[0]!;

function split(plan: Plan, { task: key, parts, chained = false }: Extract<PlanEdit, { kind: "split" }>): Plan {
  const task = taskOf(plan, key);
  if (plan.tasks.some(({ parent }) => parent === key)) throw new Refused(`${key} is a group: split one of its tasks`);
  if (parts.length < 2) throw new Refused("a task is split into two parts at least");
  const given = parts.flatMap(({ acceptance = [] }) => acceptance);
  const wrong = given.find((n) => task.acceptance[n] === undefined);
  if (wrong !== undefined) throw new Refused(`${key} has no acceptance item ${wrong + 1}`);
  const rest = task.acceptance.flatMap((_, n) => (given.includes(n) ? [] : [n]));
  let next: Plan = withTask(plan, key, (one) => ({
    ...one,
    acceptance: [],
    requirements: [],
    capabilities: [],
    files: [],
    questions: [],
    estimate_minutes: null,
    complexity: null,
  }));
  let before: string | null = null;
  for (const [index, { title, acceptance = [] }] of parts.entries()) {
    const own = freeKey(next, `${key}.${slugOf(title, 32)}`);
    const part = blankTask(own, title, {
      parent: key,
      type: task.type,
      // What no part was given belongs to the first.
      acceptance: [...acceptance, ...(index === 0 ? rest : [])]
        .toSorted((a, b) => a - b)
        .flatMap((n) => task.acceptance[n] ?? []),
      depends_on: chained && before !== null ? [before] : [],
      requirements: task.requirements,
      capabilities: task.capabilities,
      files: task.files,
      questions: index === 0 ? task.questions : [],
      priority: task.priority,
      confidence: task.confidence,
      source: task.source,
      quote: task.quote,
      done: task.done,
    });
    next = { ...next, tasks: insertBlock(next.tasks, [part], key, null) };
    before = own;
  }
  return next;
}

function drop(plan: Plan, key: string): Plan {
  taskOf(plan, key);
  const gone = new Map(blockOf(plan.tasks, key).map((one) => [one.key, one]));
  const onwards = (from: string): readonly string[] => {
    const seen = new Set([from]);
    // The set grows while it is gone through: a part waits for what its group waits for, a group for its parts.
    for (const at of seen) {
      const one = gone.get(at);
      if (one === undefined) continue;
      const parts = [...gone.values()].filter(({ parent }) => parent === at).map((part) => part.key);
      const above = one.parent !== null && gone.has(one.parent) ? (gone.get(one.parent)?.depends_on ?? []) : [];
      for (const next of [...one.depends_on, ...above, ...parts]) seen.add(next);
    }
    return [...seen].filter((one) => !gone.has(one));
  };
  const tasks = withoutBlock(plan.tasks, key).map((one) =>
    one.depends_on.some((other) => gone.has(other))
      ? {
          ...one,
          depends_on: [
            ...new Set(one.depends_on.flatMap((other) => (gone.has(other) ? onwards(other) : [other]))),
          ].filter((other) => other !== one.key),
        }
      : one,
  );
  return { ...plan, tasks };
}

function reorder(plan: Plan, key: string, before: string | null): Plan {
  const task = taskOf(plan, key);
  if (before !== null) {
    if (before === key) return plan;
    const sibling = taskOf(plan, before);
    if (sibling.parent !== task.parent) throw new Refused(`${before} is in another group than ${key}`);
  }
  const block = blockOf(plan.tasks, key);
  return { ...plan, tasks: insertBlock(withoutBlock(plan.tasks, key), block, task.parent, before) };
}

function addDependency(plan: Plan, key: string, on: string): Plan {
  taskOf(plan, on);
  return withTask(plan, key, (task) => {
    if (task.depends_on.includes(on)) throw new Refused(`${key} depends on ${on} already`);
    return { ...task, depends_on: [...task.depends_on, on] };
  });
}

function reparent(plan: Plan, key: string, parent: string | null): Plan {
  const task = taskOf(plan, key);
  const block = blockOf(plan.tasks, key);
  if (parent !== null) {
    taskOf(plan, parent);
    if (block.some((one) => one.key === parent)) throw new Refused(`${parent} is part of ${key}`);
  }
  const moved = block.map((one) => (one.key === key ? { ...task, parent } : one));
  return { ...plan, tasks: insertBlock(withoutBlock(plan.tasks, key), moved, parent, null) };
}

function answer(plan: Plan, { task, question, answer: said }: Extract<PlanEdit, { kind: "answer" }>): Plan {
  if (said.trim() === "") throw new Refused("an answer has to say something");
  const asked = task === null ? plan.questions : taskOf(plan, task).questions;
  const text = asked[question];
  if (text === undefined) throw new Refused(`there is no question ${question + 1}`);
  const left = asked.filter((_, n) => n !== question);
  const settled: Plan = { ...plan, assumptions: [...plan.assumptions, `${text} ${said.trim()}`] };
  if (task === null) return { ...settled, questions: left };
  return withTask(settled, task, (one) => ({
    ...one,
    questions: left,
    description: [one.description, `${text} ${said.trim()}`].filter((part) => part !== "").join("\n\n"),
  }));
}
