import type { Task } from "@taskwerk/contract/task";
import { checkFields } from "@taskwerk/terminal/fields";
import { dim, type Part, yellow } from "@taskwerk/terminal/part";
import { printSuccess, type View } from "@taskwerk/terminal/print-success";
import { relativeTime } from "@taskwerk/terminal/relative-time";
import { allQueries } from "../../core/query/all-queries.ts";
import { byLeaseEnd } from "../../core/task-parts.ts";
import { queryOf, termsBeforeFlags } from "../query-words.ts";
import { TASK_FIELDS } from "../task/fields.ts";
import { statusWord } from "../task/status-word.ts";
import { type Verb, wordsOf } from "../verb.ts";

/** `claims [QUERY]`: who has what, and until when; also claims that ran out and that nobody has taken over. */
export const claimsVerb: Verb<unknown> = {
  beforeFlags: termsBeforeFlags,
  build: (command) => command.argument("[query...]", "only of these tasks: is:claimed tag:api"),
  async run(app, [words]) {
    if (app.output.fields) checkFields(app.output.fields, CLAIMS.known);
    const query = allQueries("has:claim", queryOf(wordsOf(words)))!;
    const { page: _, ...answer } = await app.call("task.list", {
      query,
      all: true,
      limit: 0,
      sort: "priority,created",
    });
    printSuccess(app.output, { ...answer, kind: "claim.list", data: byLeaseEnd(answer.data) }, CLAIMS);
  },
};

const CLAIMS: View<readonly Task[]> = {
  fields: ["id", "by", "lease_until", "title"],
  known: [...TASK_FIELDS, "by", "lease_until"],
  items: (tasks) => tasks.map((task) => ({ ...task, by: task.claim?.by, lease_until: task.claim?.lease_until })),
  screen(output, { data }) {
    if (data.length === 0) {
      output.line("Nothing is claimed.   ", dim("taskwerk claim --next --as NAME"));
      return;
    }
    const now = output.now();
    const isOver = ({ claim }: Task): boolean => new Date(claim!.lease_until) <= now;
    const lease = (task: Task): Part => {
      const { lease_until } = task.claim!;
      if (isOver(task)) return yellow("over");
      return output.isTTY ? relativeTime(lease_until, now) : lease_until;
    };
    output.table(
      [
        { title: "ID" },
        { title: "BY", shrinks: true, least: 8 },
        { title: "LEASE" },
        { title: "STATUS", from: 60 },
        { title: "TITLE", shrinks: true, least: 12 },
      ],
      data.map((task) => [task.id, task.claim!.by, lease(task), statusWord(task), task.title]),
    );
    const over = data.filter(isOver).length;
    if (output.isTTY && over > 0) {
      const [whose, verb] = over === 1 ? ["The one that is over", "is"] : [`The ${over} that are over`, "are"];
      output.line();
      output.line(dim(`${whose} ${verb} ready for others:  taskwerk claim --next`));
    }
  },
};
