import { giveBranch } from "../../run/give-branch.ts";
import { openUserRepository } from "../open-repository.ts";
import { type Verb, wordOf } from "../verb.ts";
import { givenView } from "./given-view.ts";
import { oneSalvaged, salvagedIn } from "./salvaged.ts";

/** `salvage restore ID`: the same, as a branch of one's own. What is in salvage stays there. */
export const salvageRestoreVerb: Verb<{ readonly as?: string }> = {
  build: (command) =>
    command.argument("<id>", "e.g. TASK-001/1").option("--as <branch>", "the branch's name (salvage/TASK-001-1)"),
  async run(app, [id], { as }) {
    const state = await (await app.journal()).state();
    const one = oneSalvaged(await salvagedIn(await openUserRepository(app), state), wordOf(id));
    const branch = as ?? `salvage/${one.id.replaceAll("/", "-")}`;
    const repository = await openUserRepository(app, [`refs/heads/${branch}`]);
    app.show("salvage.restored", await giveBranch(repository, branch, one.commit), givenView);
    return undefined;
  },
};
