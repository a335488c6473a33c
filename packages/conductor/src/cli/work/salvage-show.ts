import { differenceOf, diffLines, fileLines, type ShownDifference } from "../difference.ts";
import { linesView } from "../lines-view.ts";
import { openUserRepository } from "../open-repository.ts";
import { type Verb, wordOf } from "../verb.ts";
import { oneSalvaged, type Salvaged, salvagedIn } from "./salvaged.ts";

type Shown = Salvaged & ShownDifference;

/** `salvage show ID`: which files it changes, and how. */
export const salvageShowVerb: Verb<unknown> = {
  build: (command) => command.argument("<id>", "e.g. TASK-001/1"),
  async run(app, [id]) {
    const state = await (await app.journal()).state();
    const repository = await openUserRepository(app);
    const one = oneSalvaged(await salvagedIn(repository, state), wordOf(id));
    const from = one.base ?? (await repository.resolve(`${one.commit}^`)) ?? one.commit;
    app.show<Shown>("salvage", { ...one, ...(await differenceOf(repository, from, one.commit)) }, SHOWN);
    return undefined;
  },
};

const SHOWN = linesView<Shown>(
  ({ id, title, commit, base, reason, ...difference }) => [
    `${id}${title === null ? "" : `   ${title}`}`,
    `  ${commit.slice(0, 7)}${base === null ? "" : ` on top of ${base.slice(0, 7)}`}${reason === null ? "" : `; ${reason}`}`,
    "",
    ...fileLines(difference),
    "",
    ...diffLines(difference),
  ],
  {
    items: (shown) => [{ ...shown }],
    fields: ["id", "commit"],
    known: ["id", "task", "title", "commit", "base", "at", "reason", "ref", "from", "to", "files", "diff", "cut"],
  },
);
