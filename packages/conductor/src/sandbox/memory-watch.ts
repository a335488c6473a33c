/** Watches how much memory a command and its descendants hold. Address-space limits break Node, and groups may not be ours to make. */
import { listProcesses, withDescendants } from "./process-table.ts";

const STEP = 1000;
const PAGE = 4096;

/**
 * Calls `over` once, with the bytes seen, when `pid` and its descendants together hold more resident memory than `limitBytes`.
 * It looks once a second, so a fast allocation can go past the limit for a moment. Answers how to stop watching.
 */
export function watchMemory(pid: number, limitBytes: number, over: (bytes: number) => void): () => void {
  let stopped = false;
  const look = async (): Promise<void> => {
    const family = withDescendants(await listProcesses(), new Set([pid]));
    const bytes = family.reduce((sum, { residentPages }) => sum + residentPages * PAGE, 0);
    if (stopped) return;
    if (bytes <= limitBytes) return plan();
    stopped = true;
    over(bytes);
  };
  const plan = (): void => {
    setTimeout(() => void look(), STEP).unref();
  };
  plan();
  return () => {
    stopped = true;
  };
}
