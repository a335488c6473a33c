import { WerkError } from "@taskwerk/contract/errors";
import { attemptsOf } from "../../model/state.ts";
import { giveBranch } from "../../run/give-branch.ts";
import { openUserRepository } from "../open-repository.ts";
import { taskInRun } from "../task-in-run.ts";
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
    const task = taskInRun(state, wordOf(id));
    const attempt = attemptsOf(state, task).findLast((one) => one.work !== null);
    if (!attempt?.work)
      throw new WerkError("GIT_REF_NOT_FOUND", `no agent has committed anything for ${task}`, {
        given: task,
        hint: `What happened:  conductor log ${task}`,
      });
    const branch = as ?? attempt.branch ?? `feature/${task}`;
    const repository = await openUserRepository(app, [`refs/heads/${branch}`]);
    app.show("fetch", await giveBranch(repository, branch, attempt.work.commit), givenView);
    return undefined;
  },
};
