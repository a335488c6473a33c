/** What conductors that were killed have left lying about, and nobody would ask for again. */
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { sweepStore } from "../git/sweep-store.ts";
import { socketParents, sweepSockets } from "../sandbox/sweep-sockets.ts";
import { attemptDir } from "./attempt-dir.ts";
import type { RunContext } from "./context.ts";
import { putAway, STAYS } from "./save-workspace.ts";

/**
 * Clones of attempts that have an end and yet were not put away: saved, then removed. What is in conductor's store, or in
 * the system's temporary directory, for a moment only. A clone of which the journal knows nothing is left alone. Whatever goes wrong is told, and keeps no run from beginning.
 */
export async function sweepLeftovers(context: RunContext): Promise<void> {
  const { journal, repository, stateDir, onDefect } = context;
  const place = join(stateDir, "attempts");
  const names = new Set(await readdir(place).catch(() => []));
  if (names.size > 0)
    for (const attempt of (await journal.state()).attempts.values()) {
      const top = attemptDir(context, attempt.id);
      if (attempt.endedAt === null || !names.has(top.slice(place.length + 1))) continue;
      if (await isThere(join(top, STAYS))) continue;
      await putAway(context, attempt).catch(onDefect);
    }
  await sweepStore(repository, place).catch(onDefect);
  await sweepSockets(socketParents()).catch(onDefect);
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );
