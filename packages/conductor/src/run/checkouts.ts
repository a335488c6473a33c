/** Where trees are checked out to be judged: each for a moment, by a run or by the checks of one that has not begun yet. */
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { isRunning } from "@taskwerk/contract/is-running";
import { removeAll } from "../git/remove-all.ts";
import { ownerOf, scratchIn } from "../git/scratch.ts";

/** A new directory for a checkout, named for this process. */
export async function makeCheckoutDir(stateDir: string): Promise<string> {
  const top = scratchIn(stateDir, "checkouts", "tree");
  await mkdir(top, { recursive: true, mode: 0o700 });
  return top;
}

/**
 * Removes what is left of checkouts; they hold nothing that is not in git. Those of another process that lives are left alone:
 * the checks of a second run know of no driver, and are no driver.
 */
export async function sweepCheckouts(stateDir: string, onDefect: (error: unknown) => void): Promise<void> {
  const place = join(stateDir, "checkouts");
  for (const name of await readdir(place).catch(() => [])) {
    const owner = ownerOf(name);
    if (owner !== null && owner !== process.pid && isRunning({ pid: owner })) continue;
    await removeAll(join(place, name)).catch(onDefect);
  }
}
