import type { ChangedPath } from "../../model/repository.ts";
import { linesView } from "../lines-view.ts";
import { openUserRepository } from "../open-repository.ts";
import { type Verb, wordOf } from "../verb.ts";
import { oneSalvaged, type Salvaged, salvagedIn } from "./salvaged.ts";

/** More of a difference than a person reads. */
const DIFF_BYTES = 1024 * 1024;

interface Shown extends Salvaged {
  readonly files: readonly ChangedPath[];
  readonly diff: string;
}

/** `salvage show ID`: which files it changes, and how. */
export const salvageShowVerb: Verb<unknown> = {
  build: (command) => command.argument("<id>", "e.g. TASK-001/1"),
  async run(app, [id]) {
    const state = await (await app.journal()).state();
    const repository = await openUserRepository(app);
    const one = oneSalvaged(await salvagedIn(repository, state), wordOf(id));
    const from = one.base ?? (await repository.resolve(`${one.commit}^`)) ?? one.commit;
    const [files, diff] = await Promise.all([
      repository.changedPaths(from, one.commit),
      repository.diff(from, one.commit, DIFF_BYTES),
    ]);
    app.show<Shown>("salvage", { ...one, files, diff }, SHOWN);
    return undefined;
  },
};

const SHOWN = linesView<Shown>(
  ({ id, title, commit, base, reason, files, diff }) => [
    `${id}${title === null ? "" : `   ${title}`}`,
    `  ${commit.slice(0, 7)}${base === null ? "" : ` on top of ${base.slice(0, 7)}`}${reason === null ? "" : `; ${reason}`}`,
    "",
    ...files.map(({ status, path }) => `  ${status.padEnd(12)} ${path}`),
    "",
    ...diff.split("\n"),
  ],
  {
    items: (shown) => [{ ...shown }],
    fields: ["id", "commit"],
    known: ["id", "task", "title", "commit", "base", "at", "reason", "ref", "files", "diff"],
  },
);
