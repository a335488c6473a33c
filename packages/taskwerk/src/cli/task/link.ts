import { WerkError } from "@taskwerk/contract/errors";
import { LINK_TYPES, type LinkType } from "@taskwerk/contract/link-types";
import { taskIdsOrBranch } from "../task-ids.ts";
import { collect, type Verb, wordsOf } from "../verb.ts";
import { writeView } from "./write-view.ts";

interface LinkFlags extends Partial<Readonly<Record<LinkType, readonly string[]>>> {
  readonly remove?: boolean;
}

/** `link ID --commit SHA --pr URL …`: where the task leads. The same link is there once. */
export const linkVerb: Verb<LinkFlags> = {
  build: (command) =>
    command
      .argument("[id]", "the task; else what the git branch names")
      .option("--commit <sha>", "a commit (each repeatable)", collect)
      .option("--pr <pr>", "a pull request: its number or its address", collect)
      .option("--branch <name>", "a branch", collect)
      .option("--url <url>", "an address", collect)
      .option("--file <path>", "a file", collect)
      .option("--remove", "take these links away instead"),
  async run(app, [word], flags) {
    const links = LINK_TYPES.flatMap((type) => (flags[type] ?? []).map((target) => ({ type, target })));
    if (links.length === 0) {
      throw new WerkError("USAGE", "where it leads is missing.", {
        hint: `Say one or more:  ${LINK_TYPES.map((type) => `--${type}`).join(", ")}`,
        field: "commit",
      });
    }
    const [id = ""] = await taskIdsOrBranch(app, wordsOf(word));
    await app.perform("task.link", { id, [flags.remove ? "remove" : "add"]: links }, LINKED);
  },
};

const LINKED = writeView(({ id, links }) => [
  id,
  links.length === 0
    ? "  links to nothing"
    : `  links to ${links.map(({ type, target }) => `${type} ${target}`).join(", ")}`,
]);
