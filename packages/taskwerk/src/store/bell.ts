/** Somebody waits, at most one at a time; others ring. A ring before the wait is not lost. */
export interface Bell {
  readonly ring: () => void;
  /** Comes with the next ring, at once where one came since the last wait, and after `ms` at the latest. */
  readonly wait: (ms: number) => Promise<void>;
}

/** The longest wait that a timer takes. */
const MOST_MS = 2 ** 31 - 1;

/** Makes one that nobody has rung. */
export function makeBell(): Bell {
  const state = { rung: false, wake: (): void => undefined };
  return {
    ring: () => {
      state.rung = true;
      state.wake();
    },
    async wait(ms) {
      if (!state.rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.min(Math.max(0, ms), MOST_MS));
          state.wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        state.wake = () => undefined;
      }
      state.rung = false;
    },
  };
}
