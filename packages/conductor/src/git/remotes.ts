import { type Git, textOf } from "./git.ts";

/** The names of the repositories that the user pushes to; git is asked for their names alone. */
export async function remotesOf(git: Git, gitDir: string): Promise<readonly string[]> {
  return textOf(await git(["remote"], { gitDir }))
    .split("\n")
    .filter((name) => name !== "");
}
