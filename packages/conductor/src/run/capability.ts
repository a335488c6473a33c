/** Which of an agent's capabilities a task asks for in vain. Pure. */
import type { Task } from "@taskwerk/contract/task";

/** The capabilities that the task asks for and the agent does not have; `has` null = it is not said what it has, so it has all. */
export const lacking = (task: Pick<Task, "capabilities">, has: readonly string[] | null): readonly string[] =>
  has === null ? [] : task.capabilities.filter((name) => !has.includes(name));
