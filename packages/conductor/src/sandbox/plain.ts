/** Level none: an ordinary child process with a built environment and limits. It has all the user's rights. */
import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Command, Confinement, Running, UseLimits } from "../model/command.ts";
import { startChild } from "./child.ts";
import { COMMAND, environmentOf } from "./environment.ts";
import { findMarked, listProcesses, type ProcessEntry, withDescendants } from "./process-table.ts";
import { endAll } from "./sweep.ts";

export interface PlainOptions {
  /** PATH of the commands. */
  readonly path: string;
  /** Where a HOME is made for a command that brings none. */
  readonly stateDir: string;
  /** What each command may hold; null = no limit. */
  readonly limits: UseLimits | null;
}

const GRACE = 2000;

export function plainConfinement({ path, stateDir, limits }: PlainOptions): Confinement {
  const start = async (command: Command): Promise<Running> => {
    const id = randomUUID();
    const own = join(stateDir, "plain", id);
    await mkdir(own, { recursive: true, mode: 0o700 });
    const ours = (pid: number) => (): Promise<readonly ProcessEntry[]> => descendantsOf(pid, id);
    const [file = "", ...args] = command.argv;
    return startChild(command, {
      file,
      args,
      limits,
      // It has the user's rights, and could leave any group again.
      group: null,
      cwd: command.cwd,
      env: environmentOf(command, { path, home: own, tmp: own, id }),
      end: async (pid) => void (await endAll(ours(pid), GRACE)),
      kill: async (pid) => void (await endAll(ours(pid), 0)),
      tidy: async (pid) => void (await endAll(ours(pid), GRACE)),
      cleanUp: () => rm(own, { recursive: true, force: true }),
    });
  };
  return { level: "none", start, run: async (command) => (await start(command)).result };
}

/** Whoever carries the mark, is in the group or the session that the command began, and their children. */
async function descendantsOf(pid: number, id: string): Promise<readonly ProcessEntry[]> {
  const [marked, all] = await Promise.all([findMarked(COMMAND, id), listProcesses()]);
  const pids = new Set(marked.map((entry) => entry.pid));
  for (const entry of all) if (entry.pid === pid || entry.group === pid) pids.add(entry.pid);
  pids.delete(process.pid);
  return withDescendants(all, pids);
}
