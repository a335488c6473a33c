import { PRIORITIES } from "@taskwerk/contract/status";
import type { Task } from "@taskwerk/contract/task";
import { isClosed } from "../moves.ts";
import { type Condition, type Havable, numberMeant, type WordMatch } from "./condition.ts";
import { foldAscii } from "./resolve-query.ts";

/** A task and what a query may ask of it that the task itself does not say. */
export interface Subject {
  readonly task: Task;
  /** Ids of all it lies under, at any height. */
  readonly ancestors: readonly string[];
  /** Sessions that changed it. */
  readonly sessions: readonly string[];
  /** It depends on something open, or an ancestor does or is held up. */
  readonly waiting: boolean;
  /** The display id that a condition's id means, whichever form it has. */
  readonly idOf: (text: string) => string;
}

/** True when a task is as the condition asks: the same tasks that the store finds. */
export function matches(condition: Condition, subject: Subject): boolean {
  const { task } = subject;
  switch (condition.kind) {
    case "and":
      return condition.of.every((one) => matches(one, subject));
    case "or":
      return condition.of.some((one) => matches(one, subject));
    case "not":
      return !matches(condition.of, subject);
    case "status":
      return condition.statuses.includes(task.status);
    case "priority":
      return condition.ranks.includes(PRIORITIES.indexOf(task.priority));
    case "word":
      return wordsOf(task, condition.field).some((word) => condition.words.some((one) => fits(one, word)));
    case "id": {
      const meant = condition.ids.map(subject.idOf);
      return idsOf(subject, condition.field).some((id) => meant.includes(id));
    }
    case "session":
      return condition.sessions.some((session) => subject.sessions.includes(session));
    case "moment":
      return within(task[condition.field], condition.from, condition.to);
    case "minutes":
      return within(task.estimate_minutes, condition.from, condition.to);
    case "state":
      return isInState(condition.state, condition.at, subject);
    case "has":
      return HAS[condition.what](task);
    case "text":
      return condition.fields.some((field) => {
        const text = foldAscii(task[field] ?? "");
        return condition.needles.some((needle) => text.includes(needle));
      });
    case "meta":
      return Object.hasOwn(task.metadata, condition.name) && metaFits(task.metadata[condition.name], condition);
    default: {
      const never: never = condition;
      return never;
    }
  }
}

function wordsOf(task: Task, field: Extract<Condition, { kind: "word" }>["field"]): readonly string[] {
  switch (field) {
    case "tag":
      return task.tags;
    case "files":
      // A path stands for all that lies below it.
      return task.files.flatMap((path) => [
        path,
        ...Array.from(path.matchAll(/\//g), ({ index }) => path.slice(0, index)),
      ]);
    case "capability":
      return task.capabilities;
    default:
      return task[field] === null ? [] : [task[field]];
  }
}

const fits = ({ text, prefix }: WordMatch, word: string): boolean => (prefix ? word.startsWith(text) : word === text);

function idsOf({ task, ancestors }: Subject, field: Extract<Condition, { kind: "id" }>["field"]): readonly string[] {
  switch (field) {
    case "id":
      return [task.id];
    case "parent":
      return task.parent === null ? [] : [task.parent];
    case "under":
      return ancestors;
    case "after":
      return task.depends_on;
    case "before":
      return task.blocks;
    default: {
      const never: never = field;
      return never;
    }
  }
}

const within = <T extends string | number>(value: T | null, from: T | null, to: T | null): boolean =>
  value !== null && (from === null || value >= from) && (to === null || value <= to);

function isInState(state: Extract<Condition, { kind: "state" }>["state"], at: string, subject: Subject): boolean {
  const { task, waiting } = subject;
  switch (state) {
    case "ready":
      return task.ready;
    case "waiting":
      return waiting && !isClosed(task.status);
    case "claimed":
      return task.claim !== null && task.claim.lease_until > at;
    case "lapsed":
      return task.claim !== null && task.claim.lease_until <= at;
    case "group":
      return task.children.length > 0 && task.acceptance.length === 0;
    case "deleted":
      return task.deleted_at !== null;
    default: {
      const never: never = state;
      return never;
    }
  }
}

const HAS: Readonly<Record<Havable, (task: Task) => boolean>> = {
  due: (task) => task.due_at !== null,
  defer: (task) => task.defer_until !== null,
  estimate: (task) => task.estimate_minutes !== null,
  assignee: (task) => task.assignee !== null,
  category: (task) => task.category !== null,
  type: (task) => task.type !== null,
  key: (task) => task.key !== null,
  description: (task) => task.description !== null && task.description !== "",
  tag: (task) => task.tags.length > 0,
  files: (task) => task.files.length > 0,
  capability: (task) => task.capabilities.length > 0,
  parent: (task) => task.parent !== null,
  children: (task) => task.children.length > 0,
  after: (task) => task.depends_on.length > 0,
  before: (task) => task.blocks.length > 0,
  acceptance: (task) => task.acceptance.length > 0,
  link: (task) => task.links.length > 0,
  claim: (task) => task.claim !== null,
  meta: (task) => Object.keys(task.metadata).length > 0,
  archived: (task) => task.archived_at !== null,
};

function metaFits(value: unknown, { value: text, prefix }: Extract<Condition, { kind: "meta" }>): boolean {
  if (typeof value === "string") return prefix ? value.startsWith(text) : value === text;
  if (prefix) return text === "" && (value === null || typeof value !== "object");
  if (typeof value === "number") return numberMeant(text) === value;
  return (value === null || typeof value === "boolean") && String(value) === text;
}
