/** Whose place it is, written in the place itself: what a dead rehearsal has left is told from what goes on and what is kept. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bootId, isRunning, startTimeOf } from "@taskwerk/contract/is-running";

interface Owner {
  readonly pid: number;
  readonly startTime: string | null;
  readonly bootId: string | null;
}

const fileIn = (base: string): string => join(base, "owner.json");

/** Says that this process has it. */
export async function ownPlace(base: string, pid: number): Promise<void> {
  const owner: Owner = { pid, startTime: startTimeOf(pid) || null, bootId: bootId() || null };
  await writeFile(fileIn(base), JSON.stringify(owner));
}

/** From now on it stays until somebody removes it by hand. */
export const disownPlace = (base: string): Promise<void> => rm(fileIn(base), { force: true });

/** Whether somebody had it who is dead. No for one that is kept. */
export async function isOrphaned(base: string): Promise<boolean> {
  const text = await readFile(fileIn(base), "utf8").catch(() => null);
  if (text === null) return false;
  try {
    const owner = JSON.parse(text) as Owner;
    return Number.isSafeInteger(owner.pid) && !isRunning(owner);
  } catch {
    // Its owner died over this very file.
    return true;
  }
}
