import { checkFields } from "@taskwerk/terminal/fields";
import { dim } from "@taskwerk/terminal/part";
import { printSuccess, type View } from "@taskwerk/terminal/print-success";
import { type TagCount, tagCounts } from "../../core/task-parts.ts";
import { queryOf, termsBeforeFlags } from "../query-words.ts";
import { type Verb, wordsOf } from "../verb.ts";

/** `tag list [QUERY]`: every tag, with how many tasks have it. */
export const tagListVerb: Verb<unknown> = {
  beforeFlags: termsBeforeFlags,
  build: (command) => command.argument("[query...]", "only of these tasks: is:open priority:high.."),
  async run(app, [words]) {
    if (app.output.fields) checkFields(app.output.fields, TAGS.known);
    const query = queryOf(wordsOf(words));
    const answer = await app.call("task.stats", { by: "tag", ...(query === undefined ? {} : { query }) });
    printSuccess(app.output, { ...answer, kind: "tag.list", data: tagCounts(answer.data) }, TAGS);
  },
};

const FIELDS = ["tag", "total", "open", "done"] as const;
const TAGS: View<readonly TagCount[]> = {
  fields: FIELDS,
  known: FIELDS,
  items: (tags) => tags.map((one) => ({ ...one })),
  ids: (tags) => tags.map(({ tag }) => tag),
  screen(output, { data }) {
    if (data.length === 0) {
      output.line("No tags.   ", dim("taskwerk tag add ID TAG"));
      return;
    }
    const right = (title: string) => ({ title, side: "right" as const });
    output.table(
      [{ title: "TAG" }, right("OPEN"), right("DONE"), right("ALL")],
      data.map(({ tag, total, open, done }) => [tag, String(open), String(done), String(total)]),
    );
  },
};
