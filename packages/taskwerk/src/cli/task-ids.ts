import { LAST_TASK } from "../core/ids.ts";
import type { App } from "./app.ts";
import { expandIds } from "./expand-ids.ts";

/** Ids as they are typed, with `@last` as the task it means. Throws what {@link expandIds} throws, and TASK_NOT_FOUND. */
export async function taskIds(app: App, words: readonly string[]): Promise<string[]> {
  const ids = await expandIds(words, app.world.readStdin);
  const meant: string[] = [];
  for (const id of ids) meant.push(await taskId(app, id));
  return [...new Set(meant)];
}

/** One id as it is typed. */
export const taskId = async (app: App, id: string): Promise<string> =>
  id === LAST_TASK ? (await app.call("task.last", {})).data.id : id;

/** The same; without any, the task that the git branch names. Not for what takes a task out of sight. */
export async function taskIdsOrBranch(
  app: App,
  words: readonly string[],
  /** What else may be typed where there is no such branch. */
  otherwise?: string,
): Promise<string[]> {
  if (words.length > 0) return taskIds(app, words);
  const { taskOfBranch } = await import("./branch-task.ts");
  return [await taskOfBranch(app, otherwise)];
}
