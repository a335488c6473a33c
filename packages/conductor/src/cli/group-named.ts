import { WerkError } from "@taskwerk/contract/errors";
import type { Task } from "@taskwerk/contract/task";
import { slugOf } from "../plan/slug.ts";
import { numberOf } from "./task-in-run.ts";

type Named = Pick<Task, "id" | "title" | "children">;

/** A feature: a task, and all that are under it. */
export interface NamedGroup {
  readonly id: string;
  readonly title: string;
  /** Its title as a part of a name, e.g. of a branch. */
  readonly slug: string;
  /** Itself, and every task under it at any depth, in order. */
  readonly tasks: readonly string[];
}

/** The feature that a word names: the id of a task with others under it, that id's number, or its title as a slug; null = none. Throws USAGE where two have that title. */
export function findGroup(all: readonly Named[], word: string): NamedGroup | null {
  const parents = all.filter(({ children }) => children.length > 0);
  const number = numberOf(word);
  const byId =
    parents.find(({ id }) => id === word.toUpperCase()) ??
    parents.find(({ id }) => number !== null && /^[\d.]+$/.test(word) && numberOf(id) === number);
  const titled = byId === undefined ? parents.filter(({ title }) => slugOf(title) === slugOf(word)) : [byId];
  if (titled.length > 1)
    throw new WerkError("USAGE", `"${word}" is the title of ${titled.length} tasks: say which one`, {
      field: "group",
      given: word,
      candidates: titled.map(({ id }) => id),
      hint: titled.map(({ id, title }) => `${id}  ${title}`).join("\n"),
    });
  const found = titled[0];
  return found === undefined ? null : groupAt(all, found);
}

/** The same, or a single task by its id. Throws TASK_NOT_FOUND with the features there are. */
export function groupNamed(all: readonly Named[], word: string): NamedGroup {
  const found = findGroup(all, word);
  if (found !== null) return found;
  const task = all.find(({ id }) => id === word.toUpperCase());
  if (task !== undefined) return groupAt(all, task);
  const parents = all.filter(({ children }) => children.length > 0);
  throw new WerkError("TASK_NOT_FOUND", `there is no feature and no task "${word}"`, {
    field: "group",
    given: word,
    candidates: parents.map(({ id }) => id).slice(0, 10),
    hint: "Features, each with what has landed:  conductor review",
  });
}

function groupAt(all: readonly Named[], { id, title }: Named): NamedGroup {
  const byId = new Map(all.map((task) => [task.id, task]));
  // A set that grows is gone through to its end.
  const under = new Set([id]);
  for (const one of under) for (const child of byId.get(one)?.children ?? []) under.add(child);
  return { id, title, slug: slugOf(title), tasks: [...under] };
}
