/** An import that is held up in the middle of writing: it holds the lock, and nothing of it has happened. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ended, programPath, type Ran, type Rig } from "../rig.ts";

/** It writes so much of its transaction, some pages of many, before it is held up. */
const PAGES = 60;
const LONGEST_START_MS = 60_000;

export interface HeldUp {
  /** Sends a signal to the program itself. */
  readonly signal: (signal: NodeJS.Signals) => void;
  /** How it ends; 128 + n when a signal ended it. */
  readonly end: Promise<Ran>;
}

/** Starts an import of 1000 tasks, and comes back once it stands still, for so many milliseconds. */
export async function holdUpImport(rig: Rig, forMs: number): Promise<HeldUp> {
  const tasks = Array.from({ length: 1000 }, (_, n) => ({ title: `imported ${n}`, description: "x".repeat(n % 90) }));
  const held = await holdUp(rig, ["import", "-", "-q"], { call: "pwrite64", nth: PAGES, forMs }, JSON.stringify(tasks));
  const wal = join(rig.dir, ".taskwerk", "taskwerk.db-wal");
  await until(() => (statSync(wal, { throwIfNoEntry: false })?.size ?? 0) > (PAGES / 4) * 4096, held.end);
  return held;
}

/** Starts a command whose `nth` call of a name begins only after so many milliseconds. */
export async function holdUp(
  rig: Rig,
  words: readonly string[],
  { call, nth, forMs }: { readonly call: string; readonly nth: number; readonly forMs: number },
  stdin = "",
): Promise<HeldUp> {
  const inject = `--inject=${call}:delay_enter=${forMs * 1000}:when=${nth}`;
  const child = spawn(
    "strace",
    ["-f", "-qq", "-o", "/dev/null", `--trace=${call}`, "--signal=none", inject].concat(
      process.execPath,
      programPath("taskwerk"),
      words,
    ),
    { cwd: rig.dir, env: rig.env, stdio: "pipe" },
  );
  child.stdin!.on("error", () => undefined).end(stdin);
  const end = ended(child);
  return { signal: (signal) => process.kill(tracee(child)!, signal), end };
}

/** What strace runs. At its own start it also has a child for a moment, to see what it may do. */
const tracee = (strace: ChildProcess): number | undefined => {
  const children = readFileSync(`/proc/${strace.pid}/task/${strace.pid}/children`, "utf8").trim();
  return children === "" ? undefined : Number(children.split(" ")[0]);
};

/** Waits until something is so, at most as long as a start may take; throws when the command ends before. */
export async function until(isSo: () => boolean, end: Promise<Ran>): Promise<void> {
  const over = { ran: null as Ran | null };
  void end.then((ran) => {
    over.ran = ran;
  });
  for (let waitedMs = 0; !isSo(); waitedMs += 5) {
    if (over.ran !== null || waitedMs > LONGEST_START_MS)
      throw new Error(`it did not come to it: ${JSON.stringify(over.ran)}`);
    await sleep(5);
  }
}
