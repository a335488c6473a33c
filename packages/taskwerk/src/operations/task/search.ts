import type { FoundTask } from "@taskwerk/contract/search";
import type { Task } from "@taskwerk/contract/task";
import { checkLimit } from "../../core/limit.ts";
import { searchWords, snippetOf } from "../../core/search-words.ts";
import { readTasks } from "../../store/read-task.ts";
import { noteTexts, searchTasks } from "../../store/search-tasks.ts";
import { look } from "../look.ts";
import type { OperationOf } from "../operation.ts";
import { filterOf } from "./filter-of.ts";

/** Tasks of every status that have these words in the title, the description or a note, the best match first. */
export const searchTask: OperationOf<"task.search"> = {
  input: () => import("@taskwerk/contract/search").then((m) => m.SearchTasks),
  async run(context, input) {
    const { match, words } = searchWords(input.text);
    const filter = await filterOf(context, input.query === undefined ? {} : { query: input.query }, true);
    const limit = checkLimit(input.limit);
    const { store, now } = context;
    return look(context, async (reader) => {
      const { seqs, page } = await searchTasks(reader, store.prefix, match, filter, limit, input.cursor);
      const notes = await noteTexts(reader, seqs);
      const tasks = await readTasks(reader, seqs, now());
      return { data: tasks.map((task, at) => found(task, notes.get(seqs[at]!) ?? "", words)), page };
    });
  },
};

function found(task: Task, notes: string, words: readonly string[]): FoundTask {
  const places = [
    ["title", task.title],
    ["description", task.description ?? ""],
    ["notes", notes],
  ] as const;
  for (const [found_in, text] of places) {
    const snippet = snippetOf(text, words);
    if (snippet !== null) return { ...task, found_in, snippet };
  }
  // The index knows a form of the word that the text does not show.
  return { ...task, found_in: "title", snippet: task.title };
}
