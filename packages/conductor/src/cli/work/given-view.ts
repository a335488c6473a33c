import type { Given } from "../../run/give-branch.ts";
import { linesView } from "../lines-view.ts";

/** A branch that was made, and how to look at it. */
export const givenView = linesView<Given>(
  ({ branch, commit, made }, output) => [
    `${made ? "Made" : "There is"} ${branch} at ${commit.slice(0, 7)}${made ? "." : " already."}`,
    ...(output.isTTY ? [`Next   git diff HEAD...${branch}`, `       git switch ${branch}`] : []),
  ],
  {
    items: (given) => [{ ...given, id: given.branch }],
    fields: ["branch", "commit"],
    known: ["branch", "commit", "made"],
  },
);
