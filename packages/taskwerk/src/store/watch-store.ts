import { watch } from "node:fs";
import { STORE_FILE } from "@taskwerk/contract/api-file";
import { makeBell } from "./bell.ts";

/** Looks so often where the system cannot say that a file changed, milliseconds. */
const UNTOLD_MS = 1_000;

/** A write is told when it begins; others see it when it is on the disk. So who waits is woken again so much later. */
const AGAIN_MS = [20, 100, 500];

/**
 * Wakes who waits for the store in `dir` to change: the system tells when the database or its log is written, by whichever
 * process. `next` comes at once when that happened since the last time, and after `ms` at the latest.
 */
export function watchStore(dir: string): { readonly next: (ms: number) => Promise<void>; readonly close: () => void } {
  const bell = makeBell();
  const state = { told: true };
  const later = { timers: [] as readonly NodeJS.Timeout[] };
  const again = (): void => {
    for (const timer of later.timers) clearTimeout(timer);
    later.timers = AGAIN_MS.map((ms) => setTimeout(bell.ring, ms).unref());
  };
  const files = new Set([STORE_FILE, `${STORE_FILE}-wal`]);
  const watcher = begin(dir, (name) => {
    if (name !== null && !files.has(name)) return;
    bell.ring();
    again();
  });
  watcher?.on("error", () => {
    state.told = false;
    bell.ring();
  });
  return {
    next: (ms) => bell.wait(watcher && state.told ? ms : Math.min(ms, UNTOLD_MS)),
    close() {
      for (const timer of later.timers) clearTimeout(timer);
      watcher?.close();
      bell.ring();
    },
  };
}

/** null where the system has no more watches to give, or none at all. */
function begin(dir: string, told: (name: string | null) => void) {
  try {
    return watch(dir, (_, name) => told(name));
  } catch {
    return null;
  }
}
