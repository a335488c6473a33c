import type { App } from "./app.ts";

/** What is done quicker than this needs no bar. */
const QUIET_MS = 1_000;
const WIDTH = 24;
const EVERY_MS = 100;

/** A line on stderr that grows while something long is done. */
export interface ProgressBar {
  readonly tell: (done: number, total: number) => void;
  /** Takes it away. */
  readonly end: () => void;
}

/** A bar that appears after a second, where a person sees it; nothing at all elsewhere. */
export function progressBar({ world, output }: App, what: string): ProgressBar {
  const { columns = world.columns() ?? 80 } = {};
  if (!world.stderrIsTTY || output.format === "json" || output.quiet || world.env.TERM === "dumb") {
    return { tell: () => {}, end: () => {} };
  }
  const began = world.now().getTime();
  const state = { drawn: 0 };
  return {
    tell(done, total) {
      const now = world.now().getTime();
      if (now - began < QUIET_MS || now - state.drawn < EVERY_MS) return;
      state.drawn = now;
      const share = total === 0 ? 1 : done / total;
      const full = Math.round(share * WIDTH);
      const bar = `${what}  [${"#".repeat(full)}${"-".repeat(WIDTH - full)}] ${String(Math.floor(share * 100)).padStart(3)}%`;
      world.stderr.write(`\r${bar.slice(0, columns - 1)}\x1b[K`);
    },
    end() {
      if (state.drawn > 0) world.stderr.write("\r\x1b[K");
    },
  };
}
