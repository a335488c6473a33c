/** A counted number of places for agents that work at once. */
export interface Slots {
  /** Waits for a place, in the order of asking. False when `signal` came first. */
  take(signal: AbortSignal): Promise<boolean>;
  give(): void;
  readonly free: number;
}

export function makeSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  return {
    take(signal) {
      if (signal.aborted) return Promise.resolve(false);
      if (free > 0) {
        free -= 1;
        return Promise.resolve(true);
      }
      return new Promise((resolve) => {
        const mine = (): void => {
          signal.removeEventListener("abort", gone);
          resolve(true);
        };
        const gone = (): void => {
          waiting.splice(waiting.indexOf(mine), 1);
          resolve(false);
        };
        waiting.push(mine);
        signal.addEventListener("abort", gone, { once: true });
      });
    },
    give() {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    },
    get free() {
      return free;
    },
  };
}
