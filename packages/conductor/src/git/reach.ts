/** Which commits no ref holds: git may throw those away. */
import { type Git, textOf } from "./git.ts";
import { isObjectId } from "./ref-name.ts";

/** Ids on one command line. */
const BATCH = 500;

/** Of `commits`, those that are missing or that no ref of the repository reaches, in their order, each once. */
export async function unreached(git: Git, gitDir: string, commits: readonly string[]): Promise<readonly string[]> {
  const asked = [...new Set(commits)];
  const lost = new Set<string>();
  for (let at = 0; at < asked.length; at += BATCH) {
    const some = asked.slice(at, at + BATCH).filter((id) => {
      if (!isObjectId(id)) lost.add(id);
      return isObjectId(id);
    });
    if (some.length === 0) continue;
    const found = textOf(
      await git(["cat-file", "--batch-check=%(objectname) %(objecttype)"], { gitDir, input: `${some.join("\n")}\n` }),
    ).split("\n");
    const there = some.filter((id, index) => found[index] === `${id} commit`);
    for (const id of some) if (!there.includes(id)) lost.add(id);
    if (there.length === 0) continue;
    const beyond = new Set(textOf(await git(["rev-list", ...there, "--not", "--all"], { gitDir })).split("\n"));
    for (const id of there) if (beyond.has(id)) lost.add(id);
  }
  return asked.filter((id) => lost.has(id));
}
