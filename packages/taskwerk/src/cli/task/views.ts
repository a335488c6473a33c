/** Lists that have a name of their own, each narrowed further by a query. */
import { WerkError } from "@taskwerk/contract/errors";
import { checkFields } from "@taskwerk/terminal/fields";
import { dim, type Part } from "@taskwerk/terminal/part";
import { printSuccess } from "@taskwerk/terminal/print-success";
import { termsBeforeFlags } from "../query-words.ts";
import type { Verb } from "../verb.ts";
import { TASK_FIELDS } from "./fields.ts";
import { addPageFlags, type ListFlags, listInput } from "./list-flags.ts";
import { nextView } from "./next-view.ts";
import { printList } from "./print-list.ts";

const view = (query: string, what: string, nothing: readonly Part[]): Verb<ListFlags> => ({
  beforeFlags: termsBeforeFlags,
  build: addPageFlags,
  run: async (app, [words], flags) =>
    printList(app, "task.list", await listInput(app, words, flags, query), { nothing, what }),
});

/** `blocked`: what has that status, and what waits for others. */
export const blockedVerb = view("is:blocked", "blocked", [
  "Nothing is blocked.   ",
  dim("What can be done:  taskwerk ready"),
]);
/** `overdue`: open and due in the past. */
export const overdueVerb = view("is:overdue", "overdue", ["Nothing is overdue."]);
/** `mine`: open and assigned to you. */
export const mineVerb = view("assignee:me", "assigned", [
  "Nothing open is assigned to you.   ",
  dim("What you hold:  taskwerk claims"),
]);
/** `stale`: begun, and nobody seems to be at it. */
export const staleVerb = view("is:stale", "stale", ["Nothing is stale."]);

/** `next`: the one task to do now. Throws NOTHING_READY (exit 10) where there is none. */
export const nextVerb: Verb<ListFlags> = {
  beforeFlags: termsBeforeFlags,
  build: addPageFlags,
  async run(app, [words], flags) {
    if (app.output.fields) checkFields(app.output.fields, TASK_FIELDS);
    const { page: _, ...answer } = await app.call("task.ready", { ...(await listInput(app, words, flags)), limit: 1 });
    const [task] = answer.data;
    if (!task) {
      throw new WerkError("NOTHING_READY", "nothing is ready.", { hint: "See what waits:  taskwerk blocked" });
    }
    printSuccess(app.output, { ...answer, kind: "task.next", data: task }, nextView);
  },
};
