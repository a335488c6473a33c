/** What rehearsals that were killed have left in the directory for temporary files. */
import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { endAgents, killRun } from "../../run/kill-run.ts";
import { type App, makeApp } from "../app.ts";
import { hasJournalAt } from "../system/has-journal.ts";
import { isOrphaned } from "./place-owner.ts";

/** Begins the name of every place, so that what was left lying can be told. */
export const PLACE_PREFIX = "conductor-rehearsal-";

/** Places of this user whose rehearsal is dead. Those that go on and those that are kept are left out. */
export async function orphanedPlaces({ world }: App): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of await readdir(world.tmpDir).catch(() => [])) {
    if (!name.startsWith(PLACE_PREFIX)) continue;
    const base = join(world.tmpDir, name);
    const about = await lstat(base).catch(() => null);
    // Anybody may make a directory here, and what it names would be ended.
    if (!about?.isDirectory() || about.uid !== process.getuid?.()) continue;
    if (await isOrphaned(base)) found.push(base);
  }
  return found;
}

/** Ends what still works in it, then removes it. */
export async function sweepPlace(outer: App, base: string): Promise<void> {
  for (const name of await readdir(base)) {
    const dir = join(base, name);
    if (!(await lstat(dir)).isDirectory() || !hasJournalAt(dir)) continue;
    const env = { ...outer.world.env, XDG_CONFIG_HOME: join(base, "config"), XDG_STATE_HOME: join(base, "state") };
    const { C: _C, ...globals } = outer.globals;
    const app = makeApp({ ...outer.world, cwd: dir, env }, outer.output, globals);
    try {
      const journal = await app.journal();
      const driver = await journal.currentDriver();
      const there = { journal, stateDir: app.stateDir };
      if (driver === null) await endAgents(there);
      else await killRun(there, driver, "its rehearsal was killed");
    } finally {
      await app.close();
    }
  }
  await rm(base, { recursive: true, force: true, maxRetries: 5 });
}
