/** Removes from conductor's store what processes that were killed have left in it. Nothing of it is anybody's work. */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isRunning } from "@taskwerk/contract/is-running";
import { sweepHolds } from "./borrow.ts";
import type { UserRepository } from "./repository.ts";
import { ownerOf } from "./scratch.ts";
import { forgetOtherIndexes } from "./snapshot.ts";
import { workspaceDir } from "./workspace.ts";

/** Where something lies for a moment, under names that say whose it is. */
const PLACES = ["indexes", "incoming", "objects/info", "."];

/**
 * `place` is the directory of all clones, which nobody makes one in meanwhile; those that are there keep their indexes and what
 * they borrow from. What a process that lives has in use is left alone, also that of another conductor.
 */
export async function sweepStore(repository: UserRepository, place: string): Promise<void> {
  const { storeDir } = repository;
  for (const one of PLACES)
    for (const name of await readdir(join(storeDir, one)).catch(() => [])) {
      const owner = ownerOf(name);
      if (owner !== null && !isRunning({ pid: owner }))
        await rm(join(storeDir, one, name), { recursive: true, force: true });
    }
  const tops = (await readdir(place).catch(() => [])).map((name) => join(place, name));
  await forgetOtherIndexes(
    repository,
    tops.map((top) => workspaceDir(top)),
  );
  await sweepHolds(repository, place, tops);
}
