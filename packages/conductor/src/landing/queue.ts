/** Things that wait for their turn, in the order they were asked for. */

export interface Queue {
  /** Runs `job` when it is its turn, however those before have ended. Its outcome is the caller's. */
  add<T>(job: () => Promise<T>): Promise<T>;
  /** How many are running or waiting. */
  readonly length: number;
}

/** A queue of which `width` jobs run at once; one for landings, which two processes keep apart by compare-and-swap anyway. */
export function makeQueue(width = 1): Queue {
  const waiting: (() => void)[] = [];
  let running = 0;
  const next = (): void => {
    if (running >= width) return;
    const start = waiting.shift();
    if (start === undefined) return;
    running += 1;
    start();
  };
  return {
    async add(job) {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        next();
      });
      try {
        return await job();
      } finally {
        running -= 1;
        next();
      }
    },
    get length() {
      return running + waiting.length;
    },
  };
}
