import { taskIdsOrBranch } from "../task-ids.ts";
import { type Verb, wordsOf } from "../verb.ts";
import { whyView } from "./why-view.ts";

/** `why ID`: what keeps it from being worked on now, down to where something can be done. */
export const whyVerb: Verb<unknown> = {
  build: (command) => command.argument("[id]", "the task; else what the git branch names"),
  async run(app, [word]) {
    const [id = ""] = await taskIdsOrBranch(app, wordsOf(word));
    await app.perform("task.why", { id }, whyView);
  },
};
