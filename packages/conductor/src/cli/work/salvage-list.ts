import { isWerkError } from "@taskwerk/contract/errors";
import { relativeTime } from "@taskwerk/terminal/relative-time";
import { openUserRepository } from "../open-repository.ts";
import { stateSoFar } from "../system/state-so-far.ts";
import type { Verb } from "../verb.ts";
import { type Salvaged, salvagedIn } from "./salvaged.ts";

/** `salvage list`: what was saved of work that did not get further. */
export const salvageListVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    const state = await stateSoFar(app);
    const all = await openUserRepository(app).then(
      (repository) => salvagedIn(repository, state),
      (error: unknown) => {
        // Without a commit there was nothing to begin from, and so nothing to save.
        if (isWerkError(error) && error.code === "GIT_NO_COMMITS") return [];
        throw error;
      },
    );
    app.show<readonly Salvaged[]>("salvage.list", all, {
      fields: ["id", "commit", "at"],
      known: ["id", "task", "title", "commit", "base", "at", "reason", "ref"],
      screen(output) {
        if (all.length === 0) {
          output.line("Nothing is in salvage.");
          return;
        }
        output.table(
          [{ title: "ID" }, { title: "TASK", shrinks: true }, { title: "COMMIT" }, { title: "SAVED" }],
          all.map(({ id, title, commit, at }) => [
            id,
            title ?? "",
            commit.slice(0, 7),
            at === null ? "" : relativeTime(at, output.now()),
          ]),
        );
        output.line();
        output.line(`Look    conductor salvage show ${all.at(-1)!.id}`);
        output.line(`Keep    conductor salvage restore ${all.at(-1)!.id}`);
      },
    });
    return undefined;
  },
};
