/** One thing at a time, in the order it was asked for. */

export interface Queue {
  /** Runs `job` when all before it have ended, however they ended. Its outcome is the caller's. */
  add<T>(job: () => Promise<T>): Promise<T>;
  /** How many are running or waiting. */
  readonly length: number;
}

/** The queue of landings of one process. Two processes are kept apart by the compare-and-swap of the ref. */
export function makeQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  let length = 0;
  return {
    add(job) {
      length += 1;
      const run = last.then(job).finally(() => {
        length -= 1;
      });
      last = run.catch(() => undefined);
      return run;
    },
    get length() {
      return length;
    },
  };
}
