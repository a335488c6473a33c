import { WerkError } from "@taskwerk/contract/errors";
import { looksLikeId } from "../core/ids.ts";
import type { App } from "./app.ts";
import { taskId, taskIdsOrBranch } from "./task-ids.ts";

/** What a verb takes behind its id. */
interface Rest {
  /** As its usage has it: `note ID TEXT`. */
  readonly usage: string;
  /** How one of them is called: `the text`. */
  readonly what: string;
  /** True for a single word that is no id, so that the id was left out. */
  readonly isOwn: (word: string) => boolean;
}

/**
 * The id that comes first, and the words behind it. A single word that can be no id is one of those: then the task is that
 * of the git branch, and it is said so. Throws USAGE where a word is missing.
 */
export async function idFirst(
  app: App,
  words: readonly string[],
  { usage, what, isOwn }: Rest,
): Promise<{ readonly id: string; readonly rest: readonly string[] }> {
  const [first, ...rest] = words;
  if (first !== undefined && rest.length > 0) return { id: await taskId(app, first), rest };
  if (first === undefined || !isOwn(first)) {
    throw new WerkError("USAGE", `${what} is missing.`, { hint: `Type:  taskwerk ${usage}`, field: "id" });
  }
  const [id = ""] = await taskIdsOrBranch(app, []);
  return { id, rest: [first] };
}

/** For a text: any word but what can only be an id. */
export const isText = (word: string): boolean => !looksLikeId(word.trim());
