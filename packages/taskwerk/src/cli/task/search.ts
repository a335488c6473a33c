import type { FoundTask } from "@taskwerk/contract/search";
import { dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { fit } from "@taskwerk/terminal/width";
import { queryOf, termsBeforeFlags } from "../query-words.ts";
import { type Verb, wordOf, wordsOf } from "../verb.ts";
import { TASK_FIELDS } from "./fields.ts";
import { pageOf } from "./list-flags.ts";
import { statusWord } from "./status-word.ts";

/** `search TEXT [QUERY]`: tasks of every status that have these words, the best match first. */
export const searchVerb: Verb<{ readonly limit?: string; readonly cursor?: string }> = {
  beforeFlags: termsBeforeFlags,
  build: (command) =>
    command
      .argument("<text>", 'words, each may be the beginning of one; "two words" in quotes stand so')
      .argument("[query...]", "only among these: is:open tag:api")
      .option("--limit <n>", "rows; 0 for all of them (50)")
      .option("--cursor <cursor>", "the page after this one"),
  async run(app, [text, words], flags) {
    const query = queryOf(wordsOf(words));
    const input = { text: wordOf(text), ...(query === undefined ? {} : { query }), ...pageOf(flags) };
    await app.perform("task.search", input, FOUND);
  },
};

const FOUND: View<readonly FoundTask[]> = {
  fields: ["id", "status", "title", "found_in", "snippet"],
  known: [...TASK_FIELDS, "found_in", "snippet"],
  screen(output, { data, page }) {
    if (data.length === 0) output.line("No task has these words.");
    for (const task of data) {
      const head = `${task.id}  `;
      output.line(head, statusWord(task), "  ", fit(task.title, Math.max(20, output.width - head.length - 13)));
      // The title stands above already.
      if (task.found_in === "title") continue;
      output.line(dim(fit(`  ${task.found_in}: ${task.snippet}`, output.width)));
    }
    if (!output.isTTY || data.length === 0) return;
    output.line();
    if (page?.truncated) output.line(`${page.returned} of ${page.total} found. The rest: --limit 0`);
    else output.line(`${data.length} found.`);
  },
};
