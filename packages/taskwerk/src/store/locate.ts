import { readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { STORE_DIRECTORY } from "@taskwerk/contract/api-file";
import { shellWord } from "@taskwerk/contract/shell-word";
import { sizeOfStore, storeNotFound } from "./open.ts";

/** Where a search for the store begins, and what was said about it. */
export interface From {
  readonly cwd: string;
  /** What --store said. */
  readonly store?: string;
  /** The last directory upwards in which to look. Default: the root. */
  readonly upTo?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The store directory that a command means: --store, else TASKWERK_DIR, else the nearest .taskwerk upwards, else that of
 * the main worktree when standing in a linked one. Throws STORE_NOT_FOUND, STORE_UNREADABLE.
 */
export function locateStore({ cwd, store, upTo, env }: From): string {
  const named = store ?? env.TASKWERK_DIR;
  if (named) return namedStore(resolve(cwd, named), store === undefined ? "TASKWERK_DIR" : "--store");
  for (const dir of upwards(resolve(cwd))) {
    const here = join(dir, STORE_DIRECTORY);
    if (isStore(here)) return here;
    const main = mainWorktree(join(dir, ".git"));
    if (main !== null && isStore(join(main, STORE_DIRECTORY))) return join(main, STORE_DIRECTORY);
    if (dir === upTo) break;
  }
  throw storeNotFound(`there is no task store in ${cwd} or above.`);
}

const isStore = (dir: string): boolean => sizeOfStore(dir) !== null;

function namedStore(dir: string, by: string): string {
  if (isStore(dir)) return dir;
  const inside = join(dir, STORE_DIRECTORY);
  const message = `there is no store in ${dir}, which ${by} names.`;
  if (isStore(inside))
    throw storeNotFound(`${message} There is one in ${inside}.`, `Name that one:  --store ${shellWord(inside)}`);
  throw storeNotFound(message, `Make one there:  taskwerk init --store ${shellWord(dir)}`);
}

function* upwards(from: string): Generator<string> {
  for (let dir = from; ; dir = dirname(dir)) {
    yield dir;
    if (dirname(dir) === dir) return;
  }
}

/**
 * The directory of the main worktree when `git` is the .git file of a linked one, else null. Believed only when the main
 * repository names this worktree too: a .git file alone may point anywhere.
 */
function mainWorktree(git: string): string | null {
  try {
    if (!statSync(git).isFile()) return null;
    const pointer = /^gitdir: (.+)$/m.exec(readFileSync(git, "utf8"))?.[1];
    if (pointer === undefined) return null;
    const own = resolve(dirname(git), pointer.trim());
    const common = resolve(own, readFileSync(join(own, "commondir"), "utf8").trim());
    const back = resolve(own, readFileSync(join(own, "gitdir"), "utf8").trim());
    if (realpathSync(back) !== realpathSync(git) || dirname(dirname(own)) !== common) return null;
    return basename(common) === ".git" ? dirname(common) : null;
  } catch {
    return null;
  }
}
