import { termsBeforeFlags } from "../query-words.ts";
import { collectList, type Verb } from "../verb.ts";
import { addPageFlags, type ListFlags, listInput } from "./list-flags.ts";
import { NOTHING_READY, printList } from "./print-list.ts";

/** `list`: open tasks, most urgent first; `--all` every status, `--limit 0` every row. */
export const listVerb: Verb<ListFlags> = {
  beforeFlags: termsBeforeFlags,
  build: (command) =>
    addPageFlags(command)
      .option("-s, --status <status>", "only these (repeat it, or a comma list), or ready", collectList)
      .option("--key <prefix>", "only keys that begin so")
      .option("--all", "closed ones too")
      .option("--tree", "parents with what lies below them, whole trees")
      .option("--watch", "stay, and show what changes (a line an event where nobody looks)"),
  run: async (app, [query], flags) => {
    const input = await listInput(app, query, flags);
    if (!flags.watch) return printList(app, "task.list", input);
    const { watchList } = await import("./watch.ts");
    return watchList(app, input);
  },
};

/** `ready`: what can be worked on now. */
export const readyVerb: Verb<ListFlags> = {
  beforeFlags: termsBeforeFlags,
  build: addPageFlags,
  run: async (app, [query], flags) =>
    printList(app, "task.ready", await listInput(app, query, flags), { nothing: NOTHING_READY, what: "ready" }),
};
