import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";
import { CATEGORY_OF } from "@taskwerk/contract/status";
import type { Task } from "@taskwerk/contract/task";

/** Which tasks `--tasks` means. Ids also take in what is under them. Throws INVALID_QUERY. */
export function wantsOf(tasks: string): (task: Pick<Task, "id">) => boolean {
  const words = wordsIn(tasks);
  if (words.length === 0) return () => true;
  const numbers = words.map((word) => {
    const number = /^(?:[A-Za-z][A-Za-z0-9]*-)?0*(\d+(?:\.\d+)*)$/.exec(word)?.[1];
    if (number !== undefined) return number;
    throw new WerkError("INVALID_QUERY", `--tasks: "${word}" is neither "todo" nor a task id.`, {
      field: "tasks",
      given: word,
      hint: "For example:  --tasks todo, --tasks TASK-001,TASK-004",
    });
  });
  return (task) => {
    const own = /(\d+(?:\.\d+)*)$/.exec(task.id)?.[1]?.replace(/^0+/, "") ?? "";
    return numbers.some((number) => own === number || own.startsWith(`${number}.`));
  };
}

/** Throws TASK_NOT_FOUND for an id in `--tasks` that no task has. */
export function refuseUnknown(tasks: string, there: readonly Pick<Task, "id" | "status">[]): void {
  const unknown = wordsIn(tasks).find((word) => !there.some(wantsOf(word)));
  if (unknown === undefined) return;
  const open = there.filter(({ status }) => CATEGORY_OF[status] !== "closed").map(({ id }) => id);
  const near = nearest(unknown, open);
  throw new WerkError("TASK_NOT_FOUND", `--tasks: there is no task ${unknown}`, {
    field: "tasks",
    given: unknown,
    hint: "What there is:  taskwerk list",
    candidates: [...new Set([...(near === null ? [] : [near]), ...open])].slice(0, 10),
  });
}

/** The ids that are listed; none where all tasks are meant. */
const wordsIn = (tasks: string): readonly string[] =>
  tasks === "todo"
    ? []
    : tasks
        .split(",")
        .map((word) => word.trim())
        .filter((word) => word !== "");
