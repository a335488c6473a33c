import { existsSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";
import { WerkError } from "@taskwerk/contract/errors";

/**
 * Throws CONFIG_INVALID for a word of the agent's command line that is a path from here, e.g. `./agent.sh`, and that is no file of
 * the repository's commit: an agent works in a clone, where it would not be found, and every task would fail. `from`: where such a
 * path may have been meant from. `isCommitted`: whether the commit has that file, by its path from the first of `from`.
 */
export async function refuseRelative(
  argv: readonly string[],
  { from, isCommitted }: { readonly from: readonly string[]; readonly isCommitted: (path: string) => Promise<boolean> },
): Promise<void> {
  const [root = ""] = from;
  for (const [at, word] of argv.entries()) {
    // The first word without a slash is looked for on PATH; options and what conductor fills in are no paths.
    if (isAbsolute(word) || word.startsWith("-") || word.includes("{") || (at === 0 && !word.includes("/"))) continue;
    const found = from.map((dir) => resolve(dir, word)).find((path) => existsSync(path));
    if (found === undefined) continue;
    const inClone = relative(root, resolve(root, word));
    if (!inClone.startsWith("..") && (await isCommitted(inClone))) continue;
    const words = argv.map((one, n) => (n === at ? found : one));
    throw new WerkError(
      "CONFIG_INVALID",
      `orchestration.agents.command.argv: "${word}" is a path from here, and an agent works in a clone, which does not have it.`,
      {
        field: "orchestration.agents.command.argv",
        given: word,
        hint: `With its whole path:\nconductor config set orchestration.agents.command.argv '${words.join(",")}'`,
      },
    );
  }
}
