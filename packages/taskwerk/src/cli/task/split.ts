import { minutesText } from "@taskwerk/terminal/relative-time";
import { claimTokenOf } from "../claim-token.ts";
import { taskId } from "../task-ids.ts";
import { type Verb, wordOf, wordsOf } from "../verb.ts";
import { writeView } from "./write-view.ts";

/** `split ID TITLE…`: a part for each title. */
export const splitVerb: Verb<{ readonly divideEstimate?: boolean; readonly claim?: string }> = {
  build: (command) =>
    command
      .argument("<id>", "the task")
      .argument("<title...>", "a part each; they are as urgent as the task, and have its tags and assignee")
      .option("--divide-estimate", "they share its estimate")
      .option("--claim <token>", "the claim you hold on it (or TASKWERK_CLAIM)"),
  async run(app, [id, titles], { divideEstimate, claim }) {
    const token = claimTokenOf(app, claim);
    const input = {
      id: await taskId(app, wordOf(id)),
      titles: [...wordsOf(titles)],
      ...(divideEstimate ? { divide_estimate: true } : {}),
      ...(token === undefined ? {} : { claim: token }),
    };
    await app.perform("task.split", input, PARTS);
  },
};

const PARTS = writeView((task) => [
  "Added ",
  { text: task.id, style: "bold" },
  "  ",
  task.title,
  task.estimate_minutes === null ? "" : `  (${minutesText(task.estimate_minutes)})`,
]);
