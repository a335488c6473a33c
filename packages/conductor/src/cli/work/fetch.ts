import { giveBranch } from "../../run/give-branch.ts";
import { openUserRepository } from "../open-repository.ts";
import { workInRun } from "../task-in-run.ts";
import { type Verb, wordOf } from "../verb.ts";
import { givenView } from "./given-view.ts";

/** `fetch TASK`: what its agent last committed, as a branch of one's own. */
export const fetchVerb: Verb<{ readonly as?: string }> = {
  build: (command) =>
    command
      .argument("<task>", "e.g. TASK-001")
      .option("--as <branch>", "the branch's name (as the agent's: feature/TASK-001-...)"),
  async run(app, [id], { as }) {
    const state = await (await app.journal()).state();
    const { task, branch: theirs, work } = workInRun(state, wordOf(id));
    const branch = as ?? theirs ?? `feature/${task}`;
    const repository = await openUserRepository(app, [`refs/heads/${branch}`]);
    app.show("fetch", await giveBranch(repository, branch, work.commit), givenView);
    return undefined;
  },
};
