/** A command that stands still in the middle of writing, until somebody lets it go on or ends it. */
import { type ChildProcess, spawn } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ended, programPath, type Ran, type Rig } from "../rig.ts";
import { traceeOf } from "./traced.ts";
import { holdsWriteLock } from "./write-lock.ts";

/** Sizes of SQLite's "WAL-mode File Format": a header, and before each page another. Each is written for itself. */
const [WAL_HEADER, FRAME_HEADER, PAGE] = [32, 24, 4096];
/** So many pages of its transaction are in the write-ahead log when an import is held up; it has some hundreds. */
const PAGES = 30;
const LONGEST_START_MS = 60_000;

export interface HeldUp {
  /** Sends a signal to the program itself. But for SIGKILL it hears of it when it goes on. */
  readonly signal: (signal: NodeJS.Signals) => void;
  /** How it ends; 128 + n when a signal ended it. */
  readonly end: Promise<Ran>;
}

/**
 * Starts an import of 1000 tasks, and comes back once it stands still (go on with SIGCONT): it holds the write lock, and of
 * its transaction the first pages are in the write-ahead log and the last is not.
 */
export async function holdUpImport(rig: Rig): Promise<HeldUp> {
  const tasks = Array.from({ length: 1000 }, (_, n) => ({ title: `imported ${n}`, description: "x".repeat(n % 90) }));
  const store = join(rig.dir, ".taskwerk", "taskwerk.db");
  const held = start(rig, ["import", "-", "-q"], `${store}-wal`, 1 + 2 * PAGES, JSON.stringify(tasks));
  await until(
    () =>
      sizeOf(`${store}-wal`) === WAL_HEADER + PAGES * (FRAME_HEADER + PAGE) &&
      holdsWriteLock(traceeOf(held.strace), store),
    held,
  );
  return heldUp(held);
}

/** Starts a backup into `file`, and comes back once it stands still with so many pages of the copy written. */
export async function holdUpBackup(rig: Rig, file: string, pages: number): Promise<HeldUp> {
  const partial = join(rig.dir, `${file}.taskwerk-partial`);
  const held = start(rig, ["db", "backup", file], partial, pages);
  await until(() => sizeOf(partial) === pages * PAGE, held);
  return heldUp(held);
}

interface Started {
  readonly strace: ChildProcess;
  readonly end: Promise<Ran>;
}

/** Starts a command that stops after its `nth` write into one file. A delay by strace would also put off how it dies. */
function start(rig: Rig, words: readonly string[], file: string, nth: number, stdin = ""): Started {
  const options = ["-f", "-qq", "-o", "/dev/null", `--trace-path=${file}`, "--trace=pwrite64", "--signal=none"];
  const inject = `--inject=pwrite64:signal=STOP:when=${nth}`;
  const program = [process.execPath, programPath("taskwerk"), ...words];
  const strace = spawn("strace", [...options, inject, ...program], { cwd: rig.dir, env: rig.env, stdio: "pipe" });
  strace.stdin!.on("error", () => undefined).end(stdin);
  return { strace, end: ended(strace) };
}

const heldUp = (started: Started): HeldUp => ({
  signal: (signal) => process.kill(traceeOf(started.strace)!, signal),
  end: started.end,
});

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Waits until something is so, at most as long as a start may take; throws when the command ends before. */
async function until(isSo: () => boolean, { end, strace }: Started): Promise<void> {
  const over = { ran: null as Ran | null };
  void end.then((ran) => {
    over.ran = ran;
  });
  for (let waitedMs = 0; over.ran !== null || !isSo(); waitedMs += 5) {
    if (over.ran !== null || waitedMs > LONGEST_START_MS) {
      strace.kill("SIGKILL");
      throw new Error(`it did not come to it: ${JSON.stringify(over.ran)}`);
    }
    await sleep(5);
  }
}
