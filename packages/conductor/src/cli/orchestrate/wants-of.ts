import { WerkError } from "@taskwerk/contract/errors";
import type { Task } from "@taskwerk/contract/task";

/** Which tasks `--tasks` means. Ids also take in what is under them. */
export function wantsOf(tasks: string): (task: Task) => boolean {
  const words = tasks
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
  if (words.length === 0 || tasks === "todo") return () => true;
  const ids = words.map((word) => /^(?:[A-Za-z][A-Za-z0-9]*-)?0*(\d+(?:\.\d+)*)$/.exec(word)?.[1]);
  const bad = words.find((_, index) => ids[index] === undefined);
  if (bad !== undefined)
    throw new WerkError("INVALID_QUERY", `--tasks: "${bad}" is neither "todo" nor a task id.`, {
      field: "tasks",
      given: bad,
      hint: "For example:  --tasks todo, --tasks TASK-001,TASK-004",
    });
  return (task) => {
    const own = /(\d+(?:\.\d+)*)$/.exec(task.id)?.[1]?.replace(/^0+/, "") ?? "";
    return ids.some((id) => own === id || own.startsWith(`${id}.`));
  };
}
