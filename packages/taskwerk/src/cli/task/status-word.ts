import type { Task } from "@taskwerk/contract/task";
import { bold, cyan, dim, green, type Part, red, yellow } from "@taskwerk/terminal/part";

/** A status as a person reads it: `ready` where a todo can be worked on now. Colour repeats the word. */
export function statusWord(task: Pick<Task, "status" | "ready">): Part {
  switch (task.status) {
    case "todo":
      return task.ready ? bold("ready") : "todo";
    case "in-progress":
      return cyan(task.status);
    case "review":
      return yellow(task.status);
    case "blocked":
      return red(task.status);
    case "done":
      return green(task.status);
    case "paused":
    case "cancelled":
      return dim(task.status);
    default: {
      const never: never = task.status;
      return never;
    }
  }
}
