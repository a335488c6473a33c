import type { RenamedTag } from "@taskwerk/contract/details";
import { dim } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { type Verb, wordOf } from "../verb.ts";

/** `tag rename OLD NEW`: on every task; undo takes it back. */
export const tagRenameVerb: Verb<unknown> = {
  build: (command) => command.argument("<old>", "the tag").argument("<new>", "what it is called from now on"),
  run: (app, [from, to]) =>
    app.perform("tag.rename", { from: wordOf(from), to: wordOf(to) }, RENAMED).then(() => undefined),
};

const FIELDS = ["from", "to", "tasks"] as const;
const RENAMED: View<RenamedTag> = {
  fields: FIELDS,
  known: [...FIELDS, "list"],
  ids: ({ to }) => [to],
  screen(output, { data: { from, to, tasks, list } }) {
    output.line(`${from} is ${to} now, on ${tasks} ${tasks === 1 ? "task" : "tasks"}.`);
    if (output.isTTY) output.line(dim(`  See them:  ${list}`));
  },
};
